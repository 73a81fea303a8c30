package org.dl4jplugins.core.testing;

import java.util.Collection;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonIgnore;

/** A dense layer with one fault: what the battery is for. */
public final class FaultyDense extends DenseLayer {
    private Fault fault = Fault.NONE;
    private double gain = 1;

    FaultyDense() {}

    static FaultyDense with(Fault fault, int inputs, int outputs) {
        FaultyDense layer = new FaultyDense();
        layer.setNIn(inputs);
        layer.setNOut(outputs);
        layer.fault = fault;
        boolean lossy = fault == Fault.FIELD_NOT_IN_JSON || fault == Fault.FIELD_NOT_CLONED;
        layer.gain = lossy ? 3 : 1;
        return layer;
    }

    public Fault getFault() {
        return fault;
    }

    public void setFault(Fault fault) {
        this.fault = fault;
    }

    /** In the JSON under this name unless that is the fault. */
    public Double getWrittenGain() {
        return fault == Fault.FIELD_NOT_IN_JSON ? null : Double.valueOf(gain);
    }

    public void setWrittenGain(Double gain) {
        this.gain = gain == null ? 1 : gain;
    }

    @JsonIgnore
    double gain() {
        return gain;
    }

    @Override
    public FaultyDense clone() {
        FaultyDense clone = (FaultyDense) super.clone();
        if (fault == Fault.FIELD_NOT_CLONED) {
            clone.gain = 1;
        }
        return clone;
    }

    @Override
    public boolean equals(Object other) {
        return fault == Fault.NO_EQUALS ? this == other : super.equals(other);
    }

    @Override
    public int hashCode() {
        return fault == Fault.NO_HASH_CODE ? System.identityHashCode(this) : super.hashCode();
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            INDArray parameters,
            boolean initialize,
            DataType type) {
        Runtime layer = new Runtime(conf, type);
        layer.setListeners(listeners);
        layer.setIndex(index);
        layer.setParamsViewArray(parameters);
        Map<String, INDArray> table = initializer().init(conf, parameters, initialize);
        layer.setParamTable(table);
        layer.setConf(conf);
        return layer;
    }

    private static final class Runtime
            extends org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer {
        private final Random random = new Random();
        private final transient FaultyDense settings;
        private double state = 1;

        Runtime(NeuralNetConfiguration conf, DataType type) {
            super(conf, type);
            settings = (FaultyDense) conf.getLayer();
        }

        @Override
        public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
            INDArray out = super.activate(training, workspaces);
            switch (settings.fault) {
                case FIELD_NOT_IN_JSON, FIELD_NOT_CLONED -> out.muli(settings.gain);
                case STATE_NOT_SAVED, INFERENCE_LEAVES_TRACES -> out.muli(state);
                case WRONG_WORKSPACE -> out = out.mul(1);
                case NOISE_AT_INFERENCE -> out.addi(training ? 0 : random.nextDouble());
                default -> {}
            }
            if (settings.fault == Fault.INFERENCE_LEAVES_TRACES && !training) {
                state += 0.5;
            }
            return out;
        }

        @Override
        public Pair<Gradient, INDArray> backpropGradient(
                INDArray epsilon, LayerWorkspaceMgr workspaces) {
            double scale =
                    switch (settings.fault) {
                        case FIELD_NOT_IN_JSON, FIELD_NOT_CLONED -> settings.gain;
                        case STATE_NOT_SAVED, INFERENCE_LEAVES_TRACES -> state;
                        default -> 1;
                    };
            INDArray scaled = workspaces.dup(ArrayType.ACTIVATION_GRAD, epsilon).muli(scale);
            Pair<Gradient, INDArray> result = super.backpropGradient(scaled, workspaces);
            switch (settings.fault) {
                case WRONG_EPSILON -> result.getSecond().muli(1.01);
                case WRONG_WEIGHT_GRADIENT ->
                        result.getFirst()
                                .getGradientFor(DefaultParamInitializer.WEIGHT_KEY)
                                .getRow(0)
                                .muli(2);
                case STATE_NOT_SAVED -> state += 0.25;
                default -> {}
            }
            return result;
        }
    }
}
