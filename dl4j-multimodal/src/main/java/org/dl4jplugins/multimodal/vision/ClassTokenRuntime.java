package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Computes {@link ClassToken}. */
final class ClassTokenRuntime extends ParameterRuntime<ClassToken> {
    private static final long serialVersionUID = 1L;

    ClassTokenRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        INDArray token = getParam(VectorParams.KEY);
        if (input.rank() != 3 || input.size(2) != token.length()) {
            throw new DL4JInvalidInputException(
                    "Layer \""
                            + layerConf().getLayerName()
                            + "\": expected [batch, tokens, "
                            + token.length()
                            + "], got shape "
                            + Arrays.toString(input.shape()));
        }
        long[] shape = {input.size(0), input.size(1) + 1, input.size(2)};
        INDArray out =
                workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, shape, 'c');
        first(out).assign(token.reshape('c', 1, shape[2]).broadcast(shape[0], shape[2]));
        Arrays4.channels(out, 1, input.size(1)).assign(input);
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        dx.assign(Arrays4.channels(epsilon, 1, input.size(1)));
        Gradient gradient = new DefaultGradient();
        put(gradient, VectorParams.KEY, first(epsilon).sum(0));
        return new Pair<>(gradient, dx);
    }

    /** [batch, width], a view. */
    private static INDArray first(INDArray tokens) {
        return tokens.get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
    }
}
