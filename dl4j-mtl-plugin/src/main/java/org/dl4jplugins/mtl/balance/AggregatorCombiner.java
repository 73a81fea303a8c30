package org.dl4jplugins.mtl.balance;

import java.util.List;
import java.util.stream.IntStream;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.TaskGradients;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Combines explicit gradients, of the whole model or of each layer. */
final class AggregatorCombiner implements Combiner {

    private final Aggregator aggregator;
    private final boolean perLayer;
    private final double multiplier;

    AggregatorCombiner(Aggregator aggregator, boolean perLayer, double multiplier) {
        this.aggregator = aggregator;
        this.perLayer = perLayer;
        this.multiplier = multiplier;
    }

    @Override
    public double[][] combine(TaskGradients gradients, double[] preference, boolean update) {
        int[] tasks =
                IntStream.range(0, preference.length)
                        .filter(t -> gradients.present(t) || aggregator.remembersTasks())
                        .toArray();
        if (tasks.length == 0) {
            return new double[0][];
        }
        if (!perLayer) {
            gradients.replace(direction(gradients.matrix(), gradients, preference, tasks));
            return new double[0][];
        }
        for (SharedLayer layer : gradients.layers()) {
            INDArray rows = gradients.layer(layer.name());
            gradients.replace(layer.name(), direction(rows, gradients, preference, tasks));
        }
        return new double[0][];
    }

    private INDArray direction(
            INDArray rows, TaskGradients gradients, double[] preference, int[] tasks) {
        double[] losses = Combiner.preferred(gradients.losses(), preference);
        double[] partLosses = IntStream.of(tasks).mapToDouble(t -> losses[t]).toArray();
        INDArray matrix = tasks.length == preference.length ? rows.dup() : rows.getRows(tasks);
        for (int a = 0; a < tasks.length; a++) {
            if (preference[tasks[a]] != 1) {
                matrix.getRow(a).muli(preference[tasks[a]]);
            }
        }
        INDArray direction = aggregator.aggregate(matrix, partLosses);
        return multiplier == 1 ? direction : direction.mul(multiplier);
    }

    @Override
    public List<String> groups() {
        return List.of();
    }

    @Override
    public void epochEnded() {
        aggregator.epochEnded();
    }

    @Override
    public double[] state() {
        return aggregator.state();
    }

    @Override
    public void restore(double[] state) {
        aggregator.restore(state);
    }
}
