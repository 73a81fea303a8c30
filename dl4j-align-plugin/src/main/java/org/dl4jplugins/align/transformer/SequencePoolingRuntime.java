package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link SequencePooling}: a weight per token, then batched matrix products. */
final class SequencePoolingRuntime extends AbstractLayer<SequencePooling> {
    private static final long serialVersionUID = 1L;

    SequencePoolingRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaceMgr);
        INDArray weights = weights();
        INDArray x = LastAxis.dense(input, dataType, workspaceMgr, ArrayType.FF_WORKING_MEM);
        long batch = x.size(0);
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, new long[] {batch, x.size(2)}, 'c');
        Nd4j.matmul(weights, x, out.reshape('c', batch, 1, x.size(2)));
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray delta = LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray weights = weights();
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        Nd4j.matmul(
                weights.reshape('c', dx.size(0), dx.size(1), 1),
                delta.reshape('c', dx.size(0), 1, dx.size(2)),
                dx);
        return new Pair<>(new DefaultGradient(), backpropDropOutIfPresent(dx));
    }

    /** What each token contributes, [batch, 1, time]. */
    private INDArray weights() {
        String id = "Layer \"" + layerConf().getLayerName() + "\"";
        if (input.rank() != 3) {
            throw new DL4JInvalidInputException(
                    id
                            + ": expected an input [batch, time, width], got shape "
                            + Arrays.toString(input.shape()));
        }
        int batch = (int) input.size(0);
        int time = (int) input.size(1);
        float[] masks = TokenIds.mask(maskArray, batch, time, id);
        double[] weights = new double[batch * time];
        for (int b = 0; b < batch; b++) {
            int first = -1;
            int last = -1;
            int count = 0;
            for (int t = 0; t < time; t++) {
                if (masks == null || masks[b * time + t] != 0) {
                    first = first < 0 ? t : first;
                    last = t;
                    count++;
                }
            }
            if (count == 0) {
                throw new DL4JInvalidInputException(
                        id + ": sequence " + b + " of the batch has no token, its mask is all 0");
            }
            switch (layerConf().getMode()) {
                case FIRST -> weights[b * time + first] = 1;
                case LAST -> weights[b * time + last] = 1;
                case MEAN -> {
                    for (int t = first; t <= last; t++) {
                        boolean real = masks == null || masks[b * time + t] != 0;
                        weights[b * time + t] = real ? 1.0 / count : 0;
                    }
                }
            }
        }
        return Nd4j.createFromArray(weights).castTo(dataType).reshape('c', batch, 1, time);
    }

    /** The mask ends here. */
    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
        super.feedForwardMaskArray(maskArray, currentMaskState, minibatchSize);
        return new Pair<>(null, null);
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {}
}
