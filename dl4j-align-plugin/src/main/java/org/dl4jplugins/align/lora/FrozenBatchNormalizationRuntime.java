package org.dl4jplugins.align.lora;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Broadcast;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code y = gamma (x - mean) / sqrt(variance + eps) + beta} with constant mean and variance, and
 * {@code dx = dy gamma / sqrt(variance + eps)}; for [batch, channels], [batch, channels, time] and
 * images in both formats.
 */
final class FrozenBatchNormalizationRuntime extends LoraRuntime {
    private static final long serialVersionUID = 1L;
    private static final String GAMMA = BatchNormalizationParamInitializer.GAMMA;
    private static final String BETA = BatchNormalizationParamInitializer.BETA;

    FrozenBatchNormalizationRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    private BatchNormalization normalization() {
        return (BatchNormalization) layerConf().getUnderlying();
    }

    @Override
    public Type type() {
        return Type.NORMALIZATION;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
        assertInputSet(false);
        int axis = axis();
        INDArray scale = gamma().div(deviation());
        INDArray shift = beta().sub(mean().mul(scale));
        INDArray y = mgr.dup(ArrayType.ACTIVATIONS, input.castTo(dataType), 'c');
        Broadcast.mul(y, scale, y, axis);
        return Broadcast.add(y, shift, y, axis);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
        assertInputSet(true);
        int axis = axis();
        INDArray dx = mgr.dup(ArrayType.ACTIVATION_GRAD, epsilon.castTo(dataType), 'c');
        int[] others = IntStream.range(0, dx.rank()).filter(d -> d != axis).toArray();
        if (gradientView(BETA) != null) {
            INDArray db = dx.sum(others);
            gradientView(BETA).assign(db.reshape(gradientView(BETA).shape()));
        }
        if (gradientView(GAMMA) != null) {
            INDArray normal = input.castTo(dataType).dup('c');
            Broadcast.sub(normal, mean(), normal, axis);
            Broadcast.div(normal, deviation(), normal, axis);
            INDArray dg = normal.muli(dx).sum(others);
            gradientView(GAMMA).assign(dg.reshape(gradientView(GAMMA).shape()));
        }
        Broadcast.mul(dx, gamma().div(deviation()), dx, axis);
        return new Pair<>(gradients(), dx);
    }

    private INDArray mean() {
        return vector(base(BatchNormalizationParamInitializer.GLOBAL_MEAN));
    }

    private INDArray deviation() {
        INDArray variance;
        if (normalization().isUseLogStd()) {
            INDArray log = vector(base(BatchNormalizationParamInitializer.GLOBAL_LOG_STD));
            variance = Transforms.exp(log.mul(2 * Math.log(10)));
        } else {
            variance = vector(base(BatchNormalizationParamInitializer.GLOBAL_VAR));
        }
        return Transforms.sqrt(variance.add(normalization().getEps()));
    }

    private INDArray gamma() {
        return normalization().isLockGammaBeta()
                ? mean().like().assign(normalization().getGamma())
                : vector(base(GAMMA));
    }

    private INDArray beta() {
        return normalization().isLockGammaBeta()
                ? mean().like().assign(normalization().getBeta())
                : vector(base(BETA));
    }

    private static INDArray vector(INDArray parameter) {
        return parameter.reshape(new long[] {parameter.length()});
    }

    private int axis() {
        boolean last = input.rank() == 4 && normalization().getCnn2DFormat() == CNN2DFormat.NHWC;
        int axis = last ? 3 : 1;
        if (input.rank() < 2 || input.size(axis) != normalization().getNOut()) {
            throw new DL4JInvalidInputException(
                    "Expected "
                            + normalization().getNOut()
                            + " channels on axis "
                            + axis
                            + ", got shape "
                            + Arrays.toString(input.shape())
                            + " "
                            + layerId());
        }
        return axis;
    }
}
