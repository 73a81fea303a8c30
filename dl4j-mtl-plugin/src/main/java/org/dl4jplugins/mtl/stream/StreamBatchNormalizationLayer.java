package org.dl4jplugins.mtl.stream;

import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.RepeatableBackward;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastDivOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastSubOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Runtime of {@link StreamBatchNormalization}: per stream {@code y = gamma * (x - mean) / std +
 * beta}, with the backward pass {@code dx = gamma / std * (dy - mean(dy) - xHat * mean(dy *
 * xHat))}.
 */
final class StreamBatchNormalizationLayer extends BatchNormalization implements RepeatableBackward {
    private static final long serialVersionUID = 1L;

    private final int streams;
    private INDArray normalized; // [S * batch, ...]
    private INDArray[] means; // per stream [channels]
    private INDArray[] variances;

    StreamBatchNormalizationLayer(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
        streams = ((StreamBatchNormalization) conf.getLayer()).getStreams();
    }

    @Override
    public INDArray preOutput(INDArray x, TrainingMode training, LayerWorkspaceMgr workspaceMgr) {
        if (training != TrainingMode.TRAIN) {
            return super.preOutput(x, training, workspaceMgr);
        }
        checkRank(x);
        INDArray in = plain(x.castTo(dataType));
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, in.dataType(), in.shape(), 'c');
        int channel = channelDimension(in);
        int[] others = otherDimensions(in, channel);
        means = new INDArray[streams];
        variances = new INDArray[streams];
        normalized = Nd4j.createUninitializedDetached(in.dataType(), 'c', in.shape());
        for (int s = 0; s < streams; s++) {
            INDArray part = Streams.view(in, s, streams);
            INDArray hat = Streams.view(normalized, s, streams);
            means[s] = part.mean(others).detach();
            variances[s] = part.var(false, others).detach();
            Nd4j.exec(new BroadcastSubOp(part, means[s], hat, channel));
            Nd4j.exec(new BroadcastDivOp(hat, std(s), hat, channel));
            INDArray result = Streams.view(out, s, streams);
            if (!layerConf().isLockGammaBeta()) {
                Nd4j.exec(new BroadcastMulOp(hat, vector("gamma"), result, channel));
                Nd4j.exec(new BroadcastAddOp(result, vector("beta"), result, channel));
            } else if (lockedScale() != 1.0) {
                result.assign(hat).muli(lockedScale()).addi(layerConf().getBeta());
            } else {
                result.assign(hat);
            }
        }
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        if (normalized == null) {
            throw new IllegalStateException(
                    "Layer " + layerId() + ": no forward pass in training mode before backward");
        }
        INDArray eps = plain(epsilon.castTo(dataType));
        INDArray next =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, eps.dataType(), eps.shape(), 'c');
        int channel = channelDimension(eps);
        int[] others = otherDimensions(eps, channel);
        boolean locked = layerConf().isLockGammaBeta();
        INDArray gammaSum = null;
        INDArray betaSum = null;
        for (int s = 0; s < streams; s++) {
            INDArray dy = Streams.view(eps, s, streams);
            INDArray hat = Streams.view(normalized, s, streams);
            INDArray dx = Streams.view(next, s, streams);
            double n = (double) dy.length() / dy.size(channel);
            INDArray byBeta = dy.sum(others);
            INDArray byGamma = dy.mul(hat).sum(others);
            Nd4j.exec(new BroadcastMulOp(hat, byGamma.div(-n), dx, channel));
            dx.addi(dy);
            Nd4j.exec(new BroadcastSubOp(dx, byBeta.div(n), dx, channel));
            INDArray std = std(s);
            INDArray scale = locked ? std.rdiv(lockedScale()) : vector("gamma").div(std);
            Nd4j.exec(new BroadcastMulOp(dx, scale, dx, channel));
            gammaSum = s == 0 ? byGamma : gammaSum.addi(byGamma);
            betaSum = s == 0 ? byBeta : betaSum.addi(byBeta);
        }
        Gradient gradient = new DefaultGradient();
        if (!locked) {
            store(gradient, BatchNormalizationParamInitializer.GAMMA, gammaSum);
            store(gradient, BatchNormalizationParamInitializer.BETA, betaSum);
        }
        storeRunningUpdates(gradient);
        return new Pair<>(gradient, next);
    }

    /** Stores old minus new running statistics, which the updater subtracts as they are. */
    private void storeRunningUpdates(Gradient gradient) {
        double decay = layerConf().getDecay();
        INDArray oldMean = vector(BatchNormalizationParamInitializer.GLOBAL_MEAN);
        INDArray mean = oldMean.dup();
        INDArray oldVariance = runningVariance();
        INDArray variance = oldVariance.dup();
        for (int s = 0; s < streams; s++) {
            mean.muli(decay).addi(means[s].mul(1 - decay));
            variance.muli(decay).addi(variances[s].mul(1 - decay));
        }
        store(gradient, BatchNormalizationParamInitializer.GLOBAL_MEAN, oldMean.sub(mean));
        if (layerConf().isUseLogStd()) {
            // The stored value is log10(std) = log10(variance) / 2.
            store(
                    gradient,
                    BatchNormalizationParamInitializer.GLOBAL_LOG_STD,
                    Transforms.log(oldVariance.div(variance), false).muli(ONE_ON_2LOGE_10));
        } else {
            store(
                    gradient,
                    BatchNormalizationParamInitializer.GLOBAL_VAR,
                    oldVariance.sub(variance));
        }
    }

    private void store(Gradient gradient, String key, INDArray value) {
        INDArray view = gradientViews.get(key);
        view.assign(value.reshape(view.shape()));
        gradient.setGradientFor(key, view);
    }

    @Override
    public void clear() {
        super.clear();
        normalized = null;
        means = null;
        variances = null;
    }

    private INDArray runningVariance() {
        if (!layerConf().isUseLogStd()) {
            return vector(BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        INDArray log = vector(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        INDArray std = Transforms.pow(Nd4j.valueArrayOf(log.shape(), 10.0, dataType), log, false);
        return std.muli(std);
    }

    private INDArray std(int stream) {
        return Transforms.sqrt(variances[stream].add(layerConf().getEps()), false);
    }

    /** The fixed gamma; the stock layer uses it only if beta is fixed to something else than 0. */
    private double lockedScale() {
        return layerConf().getBeta() != 0.0 ? layerConf().getGamma() : 1.0;
    }

    private INDArray vector(String key) {
        INDArray p = getParam(key);
        return p.reshape(p.length());
    }

    private void checkRank(INDArray x) {
        if (x.rank() != 2 && x.rank() != 4) {
            throw new IllegalStateException(
                    "Batch normalization of streams needs rank 2 or 4, got rank "
                            + x.rank()
                            + " in layer "
                            + layerId());
        }
    }

    private int channelDimension(INDArray x) {
        return x.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC ? 3 : 1;
    }

    private static int[] otherDimensions(INDArray x, int channel) {
        return IntStream.range(0, x.rank()).filter(d -> d != channel).toArray();
    }

    private static INDArray plain(INDArray x) {
        return x.ordering() == 'c' && !x.isView() ? x : x.dup('c');
    }
}
