package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.StatUtils;
import org.dl4jplugins.align.ila.LayerOverlap;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.examples.run.Spread;

/** The results of all runs, and what follows from them. */
final class IlaOutcome {

    private final IlaSetup setup;
    private final IlaFolder folder;
    private final Map<String, StageResult> stages;
    private final Map<RunId, RunResult> results;

    IlaOutcome(
            IlaSetup setup,
            IlaFolder folder,
            Map<String, StageResult> stages,
            Map<RunId, RunResult> results) {
        this.setup = setup;
        this.folder = folder;
        this.stages = stages;
        this.results = results;
    }

    IlaSetup setup() {
        return setup;
    }

    IlaSettings settings() {
        return setup.settings();
    }

    IlaFolder folder() {
        return folder;
    }

    /** How scoring went, by the run's name. */
    Map<String, StageResult> stages() {
        return stages;
    }

    /**
     * What a choice of layers reached.
     *
     * @param accuracy percent, over seeds and draws
     * @param gain accuracy minus that of all layers with the same seed, over seeds and draws
     * @param loss on the test examples, over seeds and draws
     * @param layers that learned
     * @param trainable parameters, with the head's
     * @param seconds of a training, mean
     */
    record Row(
            Spread accuracy,
            Spread gain,
            Spread loss,
            int layers,
            long trainable,
            double seconds) {}

    /** Of one data set. */
    Row row(String task, Variant variant) {
        return row(List.of(task), variant);
    }

    /** Of all data sets, each seed's and draw's mean over them. */
    Row row(Variant variant) {
        return row(settings().tasks(), variant);
    }

    private Row row(List<String> tasks, Variant variant) {
        List<double[]> values = new ArrayList<>();
        for (long seed : settings().seeds()) {
            for (int draw = 0; draw < variant.draws(settings()); draw++) {
                values.add(mean(tasks, seed, variant, draw));
            }
        }
        RunResult one = results.get(new RunId(tasks.get(0), settings().seeds().get(0), variant, 0));
        return new Row(
                Spread.of(column(values, 0)),
                Spread.of(column(values, 1)),
                Spread.of(column(values, 2)),
                one.layers(),
                one.trainable(),
                StatUtils.mean(column(values, 3)));
    }

    private double[] mean(List<String> tasks, long seed, Variant variant, int draw) {
        double[] sums = new double[4];
        for (String task : tasks) {
            RunResult run = results.get(new RunId(task, seed, variant, draw));
            sums[0] += run.accuracy() / tasks.size();
            sums[1] += (run.accuracy() - all(task, seed)) / tasks.size();
            sums[2] += run.loss() / tasks.size();
            sums[3] += run.seconds() / tasks.size();
        }
        return sums;
    }

    private double all(String task, long seed) {
        return results.get(new RunId(task, seed, Variant.ALL, 0)).accuracy();
    }

    private static double[] column(List<double[]> values, int column) {
        return values.stream().mapToDouble(row -> row[column]).toArray();
    }

    /** The scores of all seeds of a data set. */
    List<LayerSignificance> scores(String task, Choice by) throws IOException {
        List<LayerSignificance> all = new ArrayList<>();
        for (long seed : settings().seeds()) {
            all.add(LayerSignificance.load(folder.scores(task, seed, by)));
        }
        return all;
    }

    /** The mean over the seeds of a data set's scores. */
    LayerSignificance meanScores(String task) throws IOException {
        List<LayerSignificance> all = scores(task, Choice.ILA);
        double[] mean = new double[all.get(0).layers().size()];
        all.forEach(
                one ->
                        IntStream.range(0, mean.length)
                                .forEach(i -> mean[i] += one.scores()[i] / all.size()));
        return new LayerSignificance.Builder(
                        task + ", mean over the seeds", all.get(0).layers(), mean)
                .build();
    }

    /** The overlap of the most important layers between all data sets and seeds. */
    LayerOverlap overlap(double fraction) throws IOException {
        List<LayerSignificance> all = new ArrayList<>();
        for (String task : settings().tasks()) {
            all.addAll(scores(task, Choice.ILA));
        }
        return LayerOverlap.of(all, fraction);
    }

    /**
     * Mean overlap of pairs of runs.
     *
     * @param fraction of the layers that counts as important
     * @param seeds of the same data set with different seeds; NaN with one seed
     * @param tasks of different data sets; NaN with one data set
     * @param chance what independent sets of this size have on average
     * @param methods of ILA and the ranking by gradient norm in the same run
     */
    record Overlap(double fraction, double seeds, double tasks, double chance, double methods) {}

    /** Of the most important layers, for each fraction. */
    List<Overlap> overlaps() throws IOException {
        List<Overlap> overlaps = new ArrayList<>();
        for (double fraction : settings().overlaps()) {
            LayerOverlap overlap = overlap(fraction);
            overlaps.add(
                    new Overlap(
                            fraction,
                            mean(overlap.matrix(), true),
                            mean(overlap.matrix(), false),
                            overlap.expectedByChance(),
                            methods(fraction)));
        }
        return overlaps;
    }

    /** Over the pairs of runs of the same data set or of different ones. */
    private double mean(double[][] matrix, boolean sameTask) {
        int seeds = settings().seeds().size();
        List<Double> pairs = new ArrayList<>();
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < i; j++) {
                if ((i / seeds == j / seeds) == sameTask) {
                    pairs.add(matrix[i][j]);
                }
            }
        }
        return StatUtils.mean(pairs.stream().mapToDouble(Double::doubleValue).toArray());
    }

    private double methods(double fraction) throws IOException {
        List<Double> pairs = new ArrayList<>();
        for (String task : settings().tasks()) {
            List<LayerSignificance> ila = scores(task, Choice.ILA);
            List<LayerSignificance> norms = scores(task, Choice.GRADIENT);
            for (int i = 0; i < ila.size(); i++) {
                pairs.add(ila.get(i).keepMost(fraction).jaccard(norms.get(i).keepMost(fraction)));
            }
        }
        return StatUtils.mean(pairs.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Seconds of all trainings together, scoring included. */
    double seconds() {
        return results.values().stream().mapToDouble(RunResult::seconds).sum()
                + stages.values().stream().mapToDouble(s -> s.seconds() + s.scoreSeconds()).sum();
    }
}
