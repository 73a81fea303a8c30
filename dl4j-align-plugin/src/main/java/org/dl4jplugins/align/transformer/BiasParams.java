package org.dl4jplugins.align.transformer;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** "b" [1, n], zero at first. */
final class BiasParams implements ParamInitializer {
    static final String BIAS = "b";

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return ((Bias) layer).getNOut();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return List.of(BIAS);
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return List.of();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return List.of(BIAS);
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
        conf.addVariable(BIAS);
        INDArray bias = row(paramsView);
        if (initializeParams) {
            bias.assign(((Bias) conf.getLayer()).getBiasInit());
        }
        Map<String, INDArray> params = Collections.synchronizedMap(new LinkedHashMap<>());
        params.put(BIAS, bias);
        return params;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        gradients.put(BIAS, row(gradientView));
        return gradients;
    }

    private static INDArray row(INDArray view) {
        return view.reshape(1, view.length());
    }
}
