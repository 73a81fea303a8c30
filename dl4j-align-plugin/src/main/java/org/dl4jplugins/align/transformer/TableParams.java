package org.dl4jplugins.align.transformer;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One parameter, "W" [rows, width] in 'c' order.
 *
 * @param rows number of rows
 * @param zeroRow a row that starts as zeros, or -1
 */
record TableParams(long rows, int zeroRow) implements ParamInitializer {
    static final String KEY = "W";

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        return rows * ((FeedForwardLayer) layer).getNOut();
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        return List.of(KEY);
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return List.of(KEY);
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return List.of();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return KEY.equals(key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        return false;
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
        FeedForwardLayer layer = (FeedForwardLayer) conf.getLayer();
        INDArray table = matrix(paramsView, layer.getNOut());
        if (initializeParams) {
            long[] shape = {rows, layer.getNOut()};
            layer.getWeightInitFn()
                    .init(rows, layer.getNOut(), shape, 'c', paramsView.reshape('c', shape));
            if (zeroRow >= 0) {
                table.getRow(zeroRow).assign(0);
            }
        }
        conf.addVariable(KEY);
        Map<String, INDArray> params = new LinkedHashMap<>();
        params.put(KEY, table);
        return params;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        gradients.put(KEY, matrix(gradientView, ((FeedForwardLayer) conf.getLayer()).getNOut()));
        return gradients;
    }

    private INDArray matrix(INDArray view, long width) {
        return view.reshape('c', rows, width);
    }
}
