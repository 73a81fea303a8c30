package org.dl4jplugins.cl.importance;

import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.dl4jplugins.core.accel.Floats;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures importances while a graph trains with plain {@code fit}; the training itself is
 * unchanged.
 *
 * <p>The gradient is that of the loss averaged over the batch, before the updater, clipping (DL4J's
 * gradient normalization) and regularization, which come after listeners are told; where a
 * configuration clips, the step is smaller than the gradient that is measured says: DL4J's sum over
 * the examples divided by their number, or the sum itself if the configuration says {@code
 * miniBatch(false)}. The weight is that before or after the step, see {@link #weightTime()}. Beyond
 * the importance's own arrays, one of the selected parameters' number is held for weights after the
 * step, none for weights before it.
 */
public final class ImportanceListener extends BaseTrainingListener {

    private final Importance importance;
    private final WeightTime weightTime;
    private final INDArray kept;
    private double scale;
    private boolean pending;

    /**
     * @param importance takes the steps
     * @param weightTime which weight counts
     */
    public ImportanceListener(Importance importance, WeightTime weightTime) {
        this.importance = importance;
        this.weightTime = weightTime;
        this.kept =
                weightTime == WeightTime.AFTER_STEP
                        ? Nd4j.zeros(importance.mean().dataType(), importance.selection().size())
                        : null;
    }

    /** What is measured. */
    public Importance importance() {
        return importance;
    }

    /** Which weight counts. */
    public WeightTime weightTime() {
        return weightTime;
    }

    /**
     * Takes or keeps the gradient of a step.
     *
     * @throws IllegalArgumentException if the model is not a ComputationGraph
     * @throws IllegalStateException if a gradient is not finite, which the message names; the step
     *     is then not made
     */
    @Override
    public void onGradientCalculation(Model model) {
        if (!(model instanceof ComputationGraph graph)) {
            throw new IllegalArgumentException(
                    "Importances need a ComputationGraph, got " + model.getClass().getName());
        }
        INDArray gradient = graph.getFlattenedGradients();
        scale = graph.conf().isMiniBatch() ? 1.0 / graph.batchSize() : 1;
        if (weightTime == WeightTime.BEFORE_STEP) {
            importance.update(graph.params(), gradient, scale);
            return;
        }
        keep(gradient);
        pending = true;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        if (pending) {
            pending = false;
            importance.updateFromSelected(model.params(), kept, scale);
        }
    }

    /** Copies the gradient, which the updater will overwrite with the step. */
    private void keep(INDArray gradient) {
        boolean fast = Floats.dense(gradient) && kept.dataType() == DataType.FLOAT;
        if (!fast) {
            importance.selection().gather(gradient, kept);
        }
        boolean finite = true;
        for (Segment run : importance.selection().runs()) {
            finite &= !fast || FloatCopy.gather(gradient, kept, run);
        }
        String name = fast && finite ? null : importance.selection().notFinite(kept);
        if (name != null) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "The gradient of '%s' is not finite at step %d",
                            name,
                            importance.updates()));
        }
    }

    @Override
    public String toString() {
        return "ImportanceListener(" + importance.smoothing() + ", " + weightTime + ")";
    }
}
