package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalization of feed-forward ([batch, feature]) and convolutional activations; keeps mean
 * and variance of the forward pass until {@code clear()}. With a configuration that implements
 * {@link GroupedStatistics} every part of the batch is normalized with its own statistics. Where an
 * array is too long, the stock layer's computation takes over.
 */
final class AcceleratedBatchNorm extends BatchNormalization implements PixelLayer {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private transient double[][] mean;
    private transient double[][] variance;
    private transient boolean stockForward;
    private boolean pixelOutput;
    private boolean pixelEpsilon;

    /**
     * A layer without state.
     *
     * @param conf its configuration
     * @param dataType FLOAT
     * @param limit elements of the longest array that is accelerated
     */
    AcceleratedBatchNorm(NeuralNetConfiguration conf, DataType dataType, long limit) {
        super(conf, dataType);
        this.limit = limit;
    }

    /**
     * Whether a configuration is covered.
     *
     * @param c a configuration
     * @return null, or why not
     */
    static String refuses(org.deeplearning4j.nn.conf.layers.BatchNormalization c) {
        if (c.getCnn2DFormat() != CNN2DFormat.NCHW) {
            return "NHWC";
        }
        if (c.getIDropout() != null) {
            return "dropout";
        }
        return c.isLockGammaBeta() ? "locked gamma and beta" : null;
    }

    @Override
    public void layout(boolean output, boolean epsilon) {
        pixelOutput = output;
        pixelEpsilon = epsilon;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        mean = null;
        variance = null;
        stockForward = false;
    }

    @Override
    public void clear() {
        super.clear();
        mean = null;
        variance = null;
        stockForward = false;
    }

    @Override
    public INDArray preOutput(INDArray x, TrainingMode training, LayerWorkspaceMgr workspaceMgr) {
        if (x.rank() != 2 && x.rank() != 4) {
            return super.preOutput(x, training, workspaceMgr); // refuses, naming the layer
        }
        if (x.size(1) != layerConf().getNOut()) {
            throw new IllegalArgumentException(
                    "input.size(1) does not match expected input size of "
                            + layerConf().getNIn()
                            + " - got input array with shape "
                            + java.util.Arrays.toString(x.shape()));
        }
        if (isStock(x)) {
            stockForward = training == TrainingMode.TRAIN;
            INDArray plain = plain(x, workspaceMgr, ArrayType.FF_WORKING_MEM);
            return super.preOutput(plain, training, workspaceMgr);
        }
        INDArray in = stored(x, workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray out = like(x, workspaceMgr, ArrayType.ACTIVATIONS);
        FloatBuffer xs = Floats.of(in);
        FloatBuffer ys = Floats.of(out);
        double[] gamma = values(BatchNormalizationParamInitializer.GAMMA);
        double[] beta = values(BatchNormalizationParamInitializer.BETA);
        if (training == TrainingMode.TRAIN) {
            Normalization n = normalization(x, groups(x));
            statistics(xs, n, groups(x));
            for (int g = 0; g < mean.length; g++) {
                n.apply(xs, ys, g, mean[g], scale(gamma, variance[g]), beta);
            }
        } else {
            double[] global = values(BatchNormalizationParamInitializer.GLOBAL_MEAN);
            double[] scale = scale(gamma, runningVariance());
            normalization(x, 1).apply(xs, ys, 0, global, scale, beta);
        }
        return out.rank() == 4
                ? Pixels.release(out, pixelOutput, workspaceMgr, ArrayType.ACTIVATIONS)
                : out;
    }

    private boolean isStock(INDArray x) {
        boolean isLong = x.length() > limit;
        if (isLong && groups(x) > 1) {
            throw new DL4JInvalidInputException(
                    "batch normalization with statistics per group takes at most "
                            + limit
                            + " elements, got shape "
                            + java.util.Arrays.toString(x.shape())
                            + " "
                            + layerId());
        }
        return isLong;
    }

    private static INDArray plain(INDArray x, LayerWorkspaceMgr manager, ArrayType type) {
        return x.rank() == 4 ? Pixels.plain(x, manager, type) : x;
    }

    private Pair<Gradient, INDArray> stockBackward(INDArray epsilon, LayerWorkspaceMgr manager) {
        INDArray given = input;
        input = plain(given, manager, ArrayType.BP_WORKING_MEM);
        try {
            if (!stockForward) { // the first backward pass drops what the second needs
                super.preOutput(input, TrainingMode.TRAIN, manager);
            }
            stockForward = false;
            return super.backpropGradient(
                    plain(epsilon, manager, ArrayType.BP_WORKING_MEM), manager);
        } finally {
            input = given;
        }
    }

    private int groups(INDArray x) {
        int groups = layerConf() instanceof GroupedStatistics g ? g.groups() : 1;
        if (groups < 1 || x.size(0) % groups != 0) {
            throw new IllegalArgumentException(
                    "groups is "
                            + groups
                            + ", must divide the minibatch of "
                            + x.size(0)
                            + " "
                            + layerId());
        }
        return groups;
    }

    private void statistics(FloatBuffer x, Normalization n, int groups) {
        mean = new double[groups][];
        variance = new double[groups][];
        for (int g = 0; g < groups; g++) {
            mean[g] = n.mean(x, g);
            variance[g] = n.variance(x, g, mean[g]);
        }
    }

    private double[] scale(double[] gamma, double[] var) {
        double[] scale = new double[gamma.length];
        for (int c = 0; c < scale.length; c++) {
            scale[c] = gamma[c] / Math.sqrt(var[c] + layerConf().getEps());
        }
        return scale;
    }

    private double[] runningVariance() {
        if (!layerConf().isUseLogStd()) {
            return values(BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        double[] v = values(BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        for (int c = 0; c < v.length; c++) {
            v[c] = Math.pow(10, 2 * v[c]);
        }
        return v;
    }

    private double[] values(String parameter) {
        FloatBuffer values = Floats.of(getParam(parameter));
        double[] result = new double[values.capacity()];
        for (int c = 0; c < result.length; c++) {
            result[c] = values.get(c);
        }
        return result;
    }

    private static Normalization normalization(INDArray x, int groups) {
        int pixels = x.rank() == 4 ? (int) (x.size(2) * x.size(3)) : 1;
        return new Normalization(pixels, (int) x.size(0), (int) x.size(1), groups);
    }

    private static INDArray stored(INDArray x, LayerWorkspaceMgr manager, ArrayType type) {
        INDArray f = x.castTo(DataType.FLOAT);
        if (f.rank() == 4) {
            return Pixels.of(f, manager, type);
        }
        return Floats.dense(f) ? f : manager.dup(type, f, 'c');
    }

    private static INDArray like(INDArray x, LayerWorkspaceMgr manager, ArrayType type) {
        return x.rank() == 4
                ? Pixels.create(manager, type, x.shape())
                : manager.createUninitialized(type, DataType.FLOAT, x.shape(), 'c');
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        if (isStock(input)) {
            return stockBackward(epsilon, workspaceMgr);
        }
        INDArray x = stored(input, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dy = stored(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray dx = like(input, workspaceMgr, ArrayType.ACTIVATION_GRAD);
        int groups = groups(input);
        Normalization n = normalization(input, groups);
        if (mean == null) {
            statistics(Floats.of(x), n, groups);
        }
        double[] dGamma = new double[(int) input.size(1)];
        double[] dBeta = new double[dGamma.length];
        for (int g = 0; g < groups; g++) {
            backward(n, Floats.of(x), Floats.of(dy), Floats.of(dx), g, dGamma, dBeta);
        }
        Gradient gradient = new DefaultGradient();
        store(gradient, BatchNormalizationParamInitializer.GAMMA, dGamma);
        store(gradient, BatchNormalizationParamInitializer.BETA, dBeta);
        runningStatistics(gradient);
        return new Pair<>(
                gradient,
                dx.rank() == 4
                        ? Pixels.release(dx, pixelEpsilon, workspaceMgr, ArrayType.ACTIVATION_GRAD)
                        : dx);
    }

    private void backward(
            Normalization n,
            FloatBuffer x,
            FloatBuffer dy,
            FloatBuffer dx,
            int g,
            double[] dGamma,
            double[] dBeta) {
        int channels = dGamma.length;
        double[] sum = new double[channels];
        double[] product = new double[channels];
        n.sums(x, dy, g, mean[g], sum, product);
        double[] scale = scale(values(BatchNormalizationParamInitializer.GAMMA), variance[g]);
        double[] slope = new double[channels];
        double[] shift = new double[channels];
        for (int c = 0; c < channels; c++) {
            double precision = 1 / (variance[g][c] + layerConf().getEps());
            dGamma[c] += product[c] * Math.sqrt(precision);
            dBeta[c] += sum[c];
            slope[c] = -scale[c] * precision * product[c] / n.count();
            shift[c] = -scale[c] * sum[c] / n.count();
        }
        n.backward(x, dy, dx, g, mean[g], scale, slope, shift);
    }

    /** Stores old minus new running statistics, as DL4J subtracts "gradients" from parameters. */
    private void runningStatistics(Gradient gradient) {
        double decay = layerConf().getDecay();
        double[] oldMean = values(BatchNormalizationParamInitializer.GLOBAL_MEAN);
        double[] oldVariance = runningVariance();
        double[] newMean = oldMean.clone();
        double[] newVariance = oldVariance.clone();
        for (int g = 0; g < mean.length; g++) {
            for (int c = 0; c < newMean.length; c++) {
                newMean[c] = decay * newMean[c] + (1 - decay) * mean[g][c];
                newVariance[c] = decay * newVariance[c] + (1 - decay) * variance[g][c];
            }
        }
        boolean log = layerConf().isUseLogStd();
        for (int c = 0; c < newMean.length; c++) {
            newMean[c] = oldMean[c] - newMean[c];
            newVariance[c] =
                    log
                            ? 0.5 * Math.log10(oldVariance[c] / newVariance[c])
                            : oldVariance[c] - newVariance[c];
        }
        store(gradient, BatchNormalizationParamInitializer.GLOBAL_MEAN, newMean);
        store(
                gradient,
                log
                        ? BatchNormalizationParamInitializer.GLOBAL_LOG_STD
                        : BatchNormalizationParamInitializer.GLOBAL_VAR,
                newVariance);
    }

    private void store(Gradient gradient, String key, double[] values) {
        INDArray view = gradientViews.get(key);
        FloatBuffer target = Floats.of(view);
        for (int c = 0; c < values.length; c++) {
            target.put(c, (float) values[c]);
        }
        gradient.setGradientFor(key, view);
    }
}
