package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Frozen batch normalization: in training too, it normalizes with the running mean and variance,
 * which stay as they are. PyTorch, and so PEFT, would go on updating them in training mode. Name
 * the layer in {@link LoraConfig.Builder#modulesToSave} to train it.
 */
public final class BatchNormalizationKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public BatchNormalizationKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base.getClass() == BatchNormalization.class;
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        return List.of();
    }

    @Override
    public LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        return new FrozenBatchNormalizationRuntime(conf, dataType);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchNormalizationKind;
    }

    @Override
    public int hashCode() {
        return BatchNormalizationKind.class.hashCode();
    }
}
