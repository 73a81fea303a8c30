package org.dl4jplugins.align.lora;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * What all runtime layers of {@link LoraLayer} share: where parameters and gradients are.
 * Subclasses compute; they write the gradients of trainable parameters into {@link #gradientView}
 * and read frozen ones by {@link #base}.
 */
public abstract class LoraRuntime extends AbstractLayer<LoraLayer> {
    private static final long serialVersionUID = 1L;

    private INDArray paramsFlattened;
    private INDArray gradientsFlattened;
    private Map<String, INDArray> params = new LinkedHashMap<>();
    private transient Map<String, INDArray> gradientViews = Map.of();

    /**
     * A layer without parameters yet.
     *
     * @param conf holds the {@link LoraLayer}
     * @param dataType of the network
     */
    protected LoraRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /**
     * A parameter of the wrapped layer, wherever it lives.
     *
     * @param key its name, such as "W"
     * @return the array itself
     * @throws IllegalStateException if the base is shared and not attached
     */
    public INDArray base(String key) {
        INDArray own = params.get(key);
        if (own != null) {
            return own;
        }
        Map<String, INDArray> shared = layerConf().shared();
        if (shared == null) {
            throw new IllegalStateException(
                    "The base weights of layer \""
                            + layerConf().getLayerName()
                            + "\" live outside the network and are not attached: call"
                            + " SharedBase.attach(network, source) after init() or loading");
        }
        INDArray value = shared.get(key);
        if (value == null) {
            throw new IllegalStateException(
                    "Layer \""
                            + layerConf().getLayerName()
                            + "\" has no base parameter "
                            + key
                            + ", attached are "
                            + shared.keySet());
        }
        return value;
    }

    /**
     * Names of the wrapped layer's parameters.
     *
     * @return in the wrapped layer's order
     */
    public List<String> baseKeys() {
        org.deeplearning4j.nn.conf.layers.Layer base = layerConf().getUnderlying();
        return base.initializer().paramKeys(base);
    }

    /**
     * A base matrix in the shape [in, out] that increments are added to.
     *
     * @param matrix its name
     * @return a view of the base parameter
     */
    public INDArray baseMatrix(String matrix) {
        return layerConf().getKind().view(layerConf().matrix(matrix), base(matrix));
    }

    /**
     * The mask of a matrix in effect.
     *
     * @param matrix its name
     * @return gamma: the fixed mask, times sigmoid(score) if there are scores
     */
    public double gamma(String matrix) {
        double fixed = layerConf().mask(matrix);
        INDArray score = params.get(LoraLayer.scoreKey(matrix));
        return score == null ? fixed : fixed * sigmoid(score);
    }

    private static double sigmoid(INDArray score) {
        return 1 / (1 + Math.exp(-score.getDouble(0)));
    }

    /**
     * What an increment's A B is multiplied by, without the mask.
     *
     * @param increment one of the layer's
     * @return adapter weight times scaling; 0 if the adapter is off
     */
    protected double strength(LoraIncrement increment) {
        return layerConf().weight(increment.getAdapter()) * increment.getScaling();
    }

    /**
     * Where a parameter's gradient goes.
     *
     * @param key its name
     * @return a view of the network's gradient, or null if the parameter is frozen
     */
    protected INDArray gradientView(String key) {
        return gradientViews.get(key);
    }

    /**
     * Stores the gradient of a matrix's score, if it has one.
     *
     * @param matrix its name
     * @param byGamma derivative of the loss with respect to the mask in effect
     */
    protected void scoreGradient(String matrix, double byGamma) {
        String key = LoraLayer.scoreKey(matrix);
        INDArray view = gradientViews.get(key);
        if (view != null) {
            double sigmoid = sigmoid(params.get(key));
            view.assign(byGamma * layerConf().mask(matrix) * sigmoid * (1 - sigmoid));
        }
    }

    /**
     * All trainable parameters' gradients, as DL4J wants them from a backward pass.
     *
     * @return views of the network's gradient
     */
    protected Gradient gradients() {
        Gradient gradient = new DefaultGradient();
        gradientViews.forEach(gradient::setGradientFor);
        return gradient;
    }

    @Override
    public INDArray params() {
        return paramsFlattened;
    }

    @Override
    public long numParams() {
        return params.values().stream().mapToLong(INDArray::length).sum();
    }

    @Override
    public INDArray getParam(String key) {
        return params.get(key);
    }

    @Override
    public void setParam(String key, INDArray value) {
        INDArray own = params.get(key);
        if (own == null) {
            throw new IllegalArgumentException(
                    "Layer \""
                            + layerConf().getLayerName()
                            + "\" has no parameter "
                            + key
                            + ", only "
                            + params.keySet());
        }
        own.assign(value);
    }

    @Override
    public void setParams(INDArray values) {
        if (values == paramsFlattened || values == null) {
            return;
        }
        if (values.length() != numParams()) {
            throw new IllegalArgumentException(
                    "Expected " + numParams() + " parameters, got " + values.length());
        }
        paramsFlattened.assign(values.reshape(paramsFlattened.shape()));
    }

    @Override
    public void setParamsViewArray(INDArray view) {
        paramsFlattened = view;
    }

    @Override
    public Map<String, INDArray> paramTable(boolean backpropParamsOnly) {
        return params;
    }

    @Override
    public void setParamTable(Map<String, INDArray> table) {
        params = table;
    }

    @Override
    public INDArray getGradientsViewArray() {
        return gradientsFlattened;
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray view) {
        gradientsFlattened = view;
        gradientViews = layerConf().initializer().getGradientsFromFlattened(conf, view);
    }

    @Override
    public boolean updaterDivideByMinibatch(String key) {
        return layerConf().isTrainable(key);
    }

    @Override
    public double calcRegularizationScore(boolean backpropParamsOnly) {
        double sum = 0;
        for (Map.Entry<String, INDArray> p : params.entrySet()) {
            List<Regularization> terms = layerConf().getRegularizationByParam(p.getKey());
            if (terms != null) {
                for (Regularization term : terms) {
                    sum += term.score(p.getValue(), getIterationCount(), getEpochCount());
                }
            }
        }
        return sum;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {
        // frozen weights have no noise
    }

    /** Called after base weights outside the network were attached. */
    protected void attached() {
        // they are read at the next pass
    }

    /** First part of the network's array, up to a length; for layers that hand it on. */
    INDArray firstParams(long length) {
        return paramsFlattened
                .reshape(new long[] {paramsFlattened.length()})
                .get(NDArrayIndex.interval(0, length));
    }
}
