package org.dl4jplugins.multimodal.vision;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer whose parameter is one vector "W" [nOut], which weight decay leaves alone. */
abstract class VectorLayer extends FeedForwardLayer {
    private static final long serialVersionUID = 1L;

    VectorLayer() {}

    VectorLayer(FeedForwardLayer.Builder<?> builder) {
        super(builder);
        initializeConstraints(builder);
    }

    /** The running layer, still without parameters. */
    abstract ParameterRuntime<?> runtime(NeuralNetConfiguration conf, DataType dataType);

    @Override
    public final Layer instantiate(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> trainingListeners,
            int layerIndex,
            INDArray layerParamsView,
            boolean initializeParams,
            DataType networkDataType) {
        ParameterRuntime<?> layer = runtime(conf, networkDataType);
        layer.setListeners(trainingListeners);
        layer.setIndex(layerIndex);
        layer.setParamsViewArray(layerParamsView);
        layer.setParamTable(initializer().init(conf, layerParamsView, initializeParams));
        layer.setConf(conf);
        return layer;
    }

    @Override
    public final ParamInitializer initializer() {
        return VectorParams.INSTANCE;
    }

    /** Does nothing: the size is set. */
    @Override
    public final void setNIn(InputType inputType, boolean override) {}

    @Override
    public final InputPreProcessor getPreProcessorForInputType(InputType inputType) {
        return null;
    }

    @Override
    public final LayerMemoryReport getMemoryReport(InputType inputType) {
        return new LayerMemoryReport.Builder(
                        getLayerName(), getClass(), inputType, getOutputType(-1, inputType))
                .standardMemory(nOut, getIUpdater().stateSize(nOut))
                .workingMemory(0, 0, 0, 0)
                .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
                .build();
    }
}
