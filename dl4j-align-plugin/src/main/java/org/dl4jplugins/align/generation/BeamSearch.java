package org.dl4jplugins.align.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.dl4jplugins.align.generation.Generation.Finish;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Beam search for one prompt. A finished sequence's score is the sum of its log probabilities over
 * its number of new tokens to the power of the length penalty; the search ends when no unfinished
 * sequence can beat the worst of the {@code beams} finished ones that it keeps.
 */
final class BeamSearch {
    private final int beams;
    private final double lengthPenalty;
    private final Set<Integer> stops;
    private final List<LogitsRule> rules;

    private record Candidate(int beam, int id, double step, double sum) {}

    /** A finished sequence. */
    record Hypothesis(Sequence sequence, double score, Finish finish) {}

    BeamSearch(int beams, double lengthPenalty, Set<Integer> stops, List<LogitsRule> rules) {
        this.beams = beams;
        this.lengthPenalty = lengthPenalty;
        this.stops = stops;
        this.rules = rules;
    }

    /**
     * Searches.
     *
     * @param decoder holds one sequence, the prompt
     * @param logits [1, vocabulary] after it
     * @param prompt what the decoder has seen
     * @param most new tokens
     * @return the best sequence
     */
    Hypothesis search(IncrementalDecoder decoder, INDArray logits, int[] prompt, int most) {
        List<Sequence> running = List.of(new Sequence(prompt));
        List<Hypothesis> finished = new ArrayList<>();
        INDArray next = logits;
        for (int step = 1; ; step++) {
            List<Sequence> grown = new ArrayList<>();
            List<Integer> parents = new ArrayList<>();
            for (Candidate c : candidates(running, next)) {
                Sequence sequence = running.get(c.beam()).with(c.id(), c.step());
                if (stops.contains(c.id())) {
                    keep(finished, sequence, Finish.STOP);
                } else {
                    grown.add(sequence);
                    parents.add(c.beam());
                }
                if (grown.size() == beams) {
                    break;
                }
            }
            if (step == most || grown.isEmpty()) {
                grown.forEach(sequence -> keep(finished, sequence, Finish.LENGTH));
                return finished.get(0);
            }
            if (finished.size() == beams && !improves(grown, finished, step, most)) {
                return finished.get(0);
            }
            decoder.reorder(parents.stream().mapToInt(i -> i).toArray());
            int[] ids = grown.stream().mapToInt(Sequence::last).toArray();
            next = decoder.step(Nd4j.createFromArray(ids));
            running = grown;
        }
    }

    /** The best continuations: twice the beams, so that enough remain if some end. */
    private List<Candidate> candidates(List<Sequence> running, INDArray logits) {
        List<Candidate> all = new ArrayList<>();
        int wanted = beams * Math.max(2, 1 + stops.size());
        for (int b = 0; b < running.size(); b++) {
            Sequence sequence = running.get(b);
            float[] row = Rows.of(logits, b);
            for (LogitsRule rule : rules) {
                rule.apply(row, sequence.all());
            }
            double[] log = Softmax.log(row);
            double threshold = threshold(log, wanted);
            for (int id = 0; id < log.length; id++) {
                if (log[id] >= threshold && log[id] > Double.NEGATIVE_INFINITY) {
                    all.add(new Candidate(b, id, log[id], sequence.logProbability() + log[id]));
                }
            }
        }
        all.sort(Comparator.comparingDouble(c -> -c.sum()));
        return all.subList(0, Math.min(wanted, all.size()));
    }

    private static double threshold(double[] log, int rank) {
        if (rank >= log.length) {
            return Double.NEGATIVE_INFINITY;
        }
        double[] sorted = log.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - rank];
    }

    private void keep(List<Hypothesis> finished, Sequence sequence, Finish finish) {
        double score = score(sequence.logProbability(), sequence.addedLength());
        finished.add(new Hypothesis(sequence, score, finish));
        finished.sort(Comparator.comparingDouble(h -> -h.score()));
        if (finished.size() > beams) {
            finished.remove(beams);
        }
    }

    /** Whether the best unfinished sequence could still get a better score than the worst kept. */
    private boolean improves(List<Sequence> grown, List<Hypothesis> finished, int step, int most) {
        double best = grown.get(0).logProbability();
        int length = lengthPenalty > 0 ? most : step;
        return score(best, length) > finished.get(finished.size() - 1).score();
    }

    private double score(double logProbability, int length) {
        return logProbability / Math.pow(length, lengthPenalty);
    }
}
