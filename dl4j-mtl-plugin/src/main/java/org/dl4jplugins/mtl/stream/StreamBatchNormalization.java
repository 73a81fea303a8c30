package org.dl4jplugins.mtl.stream;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.core.accel.GroupedStatistics;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * Batch normalization of stacked streams, [S * batch, channels] or [S * batch, channels, height,
 * width] (or channels last): every stream is normalized with its own statistics, the parameters are
 * shared.
 *
 * <p>The running statistics are updated once per stream in stream order at each training step, as
 * when the layer is called once per task in the published code of Recon (ICLR 2023). Inference is
 * that of the stock layer.
 */
public final class StreamBatchNormalization extends BatchNormalization
        implements GroupedStatistics {
    private static final long serialVersionUID = 1L;

    private int streams = 1;

    /** A batch normalization of one stream; for reading JSON, use {@link #of} instead. */
    public StreamBatchNormalization() {
        super();
    }

    /**
     * The same layer for stacked streams.
     *
     * @param layer a stock batch normalization, which is not changed
     * @param streams number of streams, at least 2
     * @return a copy with all settings and constraints
     * @throws IllegalArgumentException if fewer
     */
    public static StreamBatchNormalization of(BatchNormalization layer, int streams) {
        StreamVertex.checkStreams(streams);
        ObjectMapper mapper = NeuralNetConfiguration.mapper();
        ObjectNode json = mapper.valueToTree(layer);
        json.put("@class", StreamBatchNormalization.class.getName());
        json.put("streams", streams);
        try {
            return (StreamBatchNormalization)
                    mapper.treeToValue(json, org.deeplearning4j.nn.conf.layers.Layer.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Cannot copy " + layer, e);
        }
    }

    /**
     * The number of streams.
     *
     * @return at least 1
     */
    public int getStreams() {
        return streams;
    }

    /**
     * Sets the number of streams; for reading JSON.
     *
     * @param streams at least 1
     */
    public void setStreams(int streams) {
        if (streams < 1) {
            throw new IllegalArgumentException("streams must be at least 1, got " + streams);
        }
        this.streams = streams;
    }

    @Override
    public int groups() {
        return streams;
    }

    @Override
    public Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        LayerValidation.assertNOutSet(
                "StreamBatchNormalization", getLayerName(), layerIndex, getNOut());
        StreamBatchNormalizationLayer layer =
                new StreamBatchNormalizationLayer(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        Map<String, INDArray> params = initializer().init(conf, layerParamsView, initializeParams);
        layer.setParamTable(params);
        layer.setConf(conf);
        return layer;
    }

    @Override
    public StreamBatchNormalization clone() {
        return (StreamBatchNormalization) super.clone();
    }

    @Override
    protected boolean canEqual(Object other) {
        return other instanceof StreamBatchNormalization;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StreamBatchNormalization layer
                && super.equals(other)
                && layer.streams == streams;
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + streams;
    }

    @Override
    public String toString() {
        return "StreamBatchNormalization(streams=" + streams + ", " + super.toString() + ")";
    }
}
