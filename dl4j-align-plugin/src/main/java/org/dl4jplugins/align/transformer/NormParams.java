package org.dl4jplugins.align.transformer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** "g" and, if the layer centers, "b"; neither counts as a weight. */
final class NormParams implements ParamInitializer {
    static final String GAIN = "g";
    static final String BIAS = "b";

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return ((WidthNorm) layer).getNOut() * paramKeys(layer).size();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return ((WidthNorm) layer).centers() ? List.of(GAIN, BIAS) : List.of(GAIN);
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return List.of();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return ((WidthNorm) layer).centers() ? List.of(BIAS) : List.of();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return false;
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return BIAS.equals(key);
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
        Map<String, INDArray> params = getGradientsFromFlattened(conf, paramsView);
        params.keySet().forEach(conf::addVariable);
        if (initializeParams) {
            params.get(GAIN).assign(1);
            if (params.containsKey(BIAS)) {
                params.get(BIAS).assign(0);
            }
        }
        return params;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        long width = ((WidthNorm) conf.getLayer()).getNOut();
        INDArray flat = gradientView.reshape(gradientView.length());
        Map<String, INDArray> views = new LinkedHashMap<>();
        long offset = 0;
        for (String key : paramKeys(conf.getLayer())) {
            views.put(key, flat.get(NDArrayIndex.interval(offset, offset + width)));
            offset += width;
        }
        return views;
    }
}
