package org.dl4jplugins.align.ila;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.IntFunction;
import org.apache.commons.math3.util.ResizableDoubleArray;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Trains a graph step by step until a criterion says stop. What happens at a step depends on the
 * graph, the batch, the seed and the step's number only, so that a training that goes on from a
 * checkpoint is the same, bit for bit, as one that was never interrupted.
 */
final class StepLoop {

    /** Is told the number of a step, from 1, and its loss. */
    interface Observer {
        void step(int number, double loss);
    }

    private final ComputationGraph graph;
    private final IntFunction<MultiDataSetIterator> data;
    private final long seed;
    private final Checkpoint checkpoint;
    private final int every;
    private final Observer observer;

    private final ResizableDoubleArray losses = new ResizableDoubleArray();
    private int epoch;
    private int batch;

    /**
     * @param checkpoint null for none
     */
    StepLoop(
            ComputationGraph graph,
            IntFunction<MultiDataSetIterator> data,
            long seed,
            Checkpoint checkpoint,
            int every,
            Observer observer) {
        this.graph = graph;
        this.data = data;
        this.seed = seed;
        this.checkpoint = checkpoint;
        this.every = every;
        this.observer = observer;
    }

    /** Runs to the end, from the checkpoint if there is one; gives the losses of all steps. */
    double[] run(StabilityCriterion criterion) {
        try {
            restore(criterion);
            while (criterion.stop() == null) {
                epoch(criterion);
            }
            return losses.getElements();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void restore(StabilityCriterion criterion) throws IOException {
        if (checkpoint == null || !checkpoint.exists()) {
            return;
        }
        Checkpoint.Position position = checkpoint.restore(graph);
        Ensure.that(
                position.seed() == seed,
                "seed: %d given, the checkpoint is of a training with seed %d",
                seed,
                position.seed());
        epoch = position.epoch();
        batch = position.batch();
        for (double loss : position.losses()) {
            losses.addElement(loss);
            criterion.add(loss);
        }
    }

    private void epoch(StabilityCriterion criterion) throws IOException {
        MultiDataSetIterator batches = data.apply(epoch);
        for (int i = 0; i < batch; i++) {
            Ensure.that(
                    batches.hasNext(),
                    "data: epoch %d has %d batches, %d were done; it is other data",
                    epoch,
                    i,
                    batch);
            batches.next();
        }
        Ensure.that(batch > 0 || batches.hasNext(), "data: epoch %d has no batch", epoch);
        while (batches.hasNext()) {
            Nd4j.getRandom().setSeed(stepSeed(losses.getNumElements()));
            graph.fit(batches.next());
            batch++;
            losses.addElement(graph.score());
            boolean stop = criterion.add(graph.score());
            if (checkpoint != null && (stop || losses.getNumElements() % every == 0)) {
                checkpoint.save(
                        graph, new Checkpoint.Position(seed, epoch, batch, losses.getElements()));
            }
            observer.step(losses.getNumElements(), graph.score());
            if (stop) {
                return;
            }
        }
        epoch++;
        batch = 0;
        graph.incrementEpochCount();
    }

    /** Spreads seed and step over all bits; never 0, which the generator takes for none. */
    private long stepSeed(int step) {
        long mixed = seed * 0x9E3779B97F4A7C15L + step;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (mixed ^ (mixed >>> 31)) | 1;
    }
}
