package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.stream.IntStream;

/** A weighting with the weights it gave last; deals with tasks that a step leaves out. */
final class WeightGroup {

    private final Weighting weighting;
    private double[] last = new double[0];

    WeightGroup(Weighting weighting) {
        this.weighting = weighting;
    }

    /** New weights. A task that takes no part keeps the weight it had last, at first 1. */
    void update(double[][] gramian, double[] losses, boolean[] takesPart) {
        int[] tasks = IntStream.range(0, losses.length).filter(t -> takesPart[t]).toArray();
        if (last.length == 0) {
            last = Small.filled(losses.length, 1);
        }
        if (tasks.length == 0 || tasks.length < losses.length && weighting.remembersTasks()) {
            return;
        }
        double[] partLosses = IntStream.of(tasks).mapToDouble(t -> losses[t]).toArray();
        double[] weights =
                weighting instanceof LossWeighting lossWeighting
                        ? lossWeighting.weights(partLosses)
                        : weighting.weights(Small.part(gramian, tasks), partLosses);
        for (int a = 0; a < tasks.length; a++) {
            last[tasks[a]] = weights[a];
        }
    }

    /** The weights of the last update; 1 before the first. */
    double[] last(int tasks) {
        return last.length == 0 ? Small.filled(tasks, 1) : last.clone();
    }

    void epochEnded() {
        weighting.epochEnded();
    }

    double[] state() {
        return States.join(last, weighting.state());
    }

    void restore(double[] state) {
        List<double[]> parts = States.split(weighting, state, 2);
        weighting.restore(parts.get(1));
        last = parts.get(0);
    }
}
