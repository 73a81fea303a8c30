package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A weighting with the weights it gave last; deals with tasks that a step leaves out. A method that
 * remembers tasks is given an absent task's last loss; if it needs gradients too, or a loss has
 * never been seen, the weights stay as they are.
 */
final class WeightGroup {

    private final Weighting weighting;
    private double[] last = new double[0];
    private double[] seen = new double[0];

    WeightGroup(Weighting weighting) {
        this.weighting = weighting;
    }

    /** New weights. A task without any weight yet has 1. */
    void update(double[][] gramian, double[] losses, boolean[] takesPart) {
        int tasks = losses.length;
        if (last.length == 0) {
            last = Small.filled(tasks, 1);
            seen = Small.filled(tasks, Double.NaN);
        }
        int[] part = IntStream.range(0, tasks).filter(t -> takesPart[t]).toArray();
        for (int t : part) {
            seen[t] = losses[t];
        }
        if (weighting instanceof ConstantWeights constant) {
            last = constant.weights(Small.filled(tasks, 1));
        } else if (part.length == 0) {
            return;
        } else if (part.length == tasks || !weighting.remembersTasks()) {
            double[] weights = weights(gramian, losses, part);
            for (int a = 0; a < part.length; a++) {
                last[part[a]] = weights[a];
            }
        } else if (weighting instanceof LossWeighting onLosses
                && DoubleStream.of(seen).noneMatch(Double::isNaN)) {
            last = onLosses.weights(seen.clone());
        }
    }

    private double[] weights(double[][] gramian, double[] losses, int[] part) {
        double[] partLosses = IntStream.of(part).mapToDouble(t -> losses[t]).toArray();
        return weighting instanceof LossWeighting onLosses
                ? onLosses.weights(partLosses)
                : weighting.weights(Small.part(gramian, part), partLosses);
    }

    /** The weights of the last update; 1 before the first. */
    double[] last(int tasks) {
        return last.length == 0 ? Small.filled(tasks, 1) : last.clone();
    }

    void epochEnded() {
        weighting.epochEnded();
    }

    double[] state() {
        return States.join(last, seen, weighting.state());
    }

    void restore(double[] state) {
        List<double[]> parts = States.split(weighting, state, 3);
        Check.state(weighting, state, parts.get(0).length == parts.get(1).length);
        weighting.restore(parts.get(2));
        last = parts.get(0);
        seen = parts.get(1);
    }
}
