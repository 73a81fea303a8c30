package org.dl4jplugins.multimodal.uvit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One parameter, "W" [positions, width] in 'c' order, which weight decay leaves alone. */
enum PositionParams implements ParamInitializer {
    INSTANCE;

    static final String KEY = "W";

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        PositionTable table = (PositionTable) layer;
        return table.positions() * table.getNOut();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return List.of(KEY);
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
        PositionTable layer = (PositionTable) conf.getLayer();
        if (initializeParams) {
            long[] shape = {layer.positions(), layer.getNOut()};
            layer.getWeightInitFn()
                    .init(shape[0], shape[1], shape, 'c', paramsView.reshape('c', shape));
        }
        conf.addVariable(KEY);
        return getGradientsFromFlattened(conf, paramsView);
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        PositionTable layer = (PositionTable) conf.getLayer();
        Map<String, INDArray> views = new LinkedHashMap<>();
        views.put(KEY, gradientView.reshape('c', layer.positions(), layer.getNOut()));
        return views;
    }
}
