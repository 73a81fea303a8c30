package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link GroupNorm}. */
final class GroupNormRuntime extends ParameterRuntime<GroupNorm> {
    private static final long serialVersionUID = 1L;

    GroupNormRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        INDArray out = normalized(workspaceMgr, ArrayType.ACTIVATIONS);
        return activation().getActivation(out, training);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        INDArray dy = Arrays4.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
        if (!(activation() instanceof ActivationIdentity)) {
            INDArray z = normalized(workspaceMgr, ArrayType.BP_WORKING_MEM);
            dy = activation().backprop(z, dy).getFirst();
        }
        INDArray x = Arrays4.dense(input, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dx =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, x.shape(), 'c');
        GroupStatistics statistics = new GroupStatistics(layerConf().getGroups(), eps());
        Gradient gradient = new DefaultGradient();
        INDArray gain = getParam(GroupNormParams.GAIN);
        INDArray[] ofParameters = statistics.backward(x, gain, dy, dx);
        put(gradient, GroupNormParams.GAIN, ofParameters[0]);
        put(gradient, GroupNormParams.OFFSET, ofParameters[1]);
        return new Pair<>(gradient, dx);
    }

    /** Before the activation. */
    private INDArray normalized(LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        GroupNorm conf = layerConf();
        if (input.rank() != 4 || input.size(1) != conf.getNOut()) {
            throw new DL4JInvalidInputException(
                    "Layer \""
                            + conf.getLayerName()
                            + "\": expected images [batch, "
                            + conf.getNOut()
                            + ", height, width], got shape "
                            + Arrays.toString(input.shape()));
        }
        INDArray x = Arrays4.dense(input, dataType, workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray out = workspaceMgr.createUninitialized(type, dataType, x.shape(), 'c');
        new GroupStatistics(conf.getGroups(), eps())
                .forward(x, getParam(GroupNormParams.GAIN), getParam(GroupNormParams.OFFSET), out);
        return out;
    }

    private IActivation activation() {
        return layerConf().getActivationFn();
    }

    private double eps() {
        return layerConf().getEps();
    }
}
