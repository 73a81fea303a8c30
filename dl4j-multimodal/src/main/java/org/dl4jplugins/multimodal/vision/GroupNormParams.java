package org.dl4jplugins.multimodal.vision;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Gain "g" and offset "b" of each channel, which weight decay leaves alone. */
enum GroupNormParams implements ParamInitializer {
    INSTANCE;

    static final String GAIN = "g";
    static final String OFFSET = "b";

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return 2 * ((FeedForwardLayer) layer).getNOut();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return List.of(GAIN, OFFSET);
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return List.of();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return List.of();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return false;
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return false;
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
        Map<String, INDArray> views = getGradientsFromFlattened(conf, paramsView);
        if (initializeParams) {
            views.get(GAIN).assign(1);
            views.get(OFFSET).assign(0);
        }
        conf.addVariable(GAIN);
        conf.addVariable(OFFSET);
        return views;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        long channels = ((FeedForwardLayer) conf.getLayer()).getNOut();
        INDArray flat = gradientView.reshape('c', 1, 2 * channels);
        Map<String, INDArray> views = new LinkedHashMap<>();
        views.put(GAIN, part(flat, 0, channels));
        views.put(OFFSET, part(flat, channels, 2 * channels));
        return views;
    }

    private static INDArray part(INDArray flat, long from, long to) {
        return flat.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to));
    }
}
