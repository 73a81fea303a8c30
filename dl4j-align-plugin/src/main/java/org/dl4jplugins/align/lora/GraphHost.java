package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A computation graph. */
final class GraphHost extends Host<ComputationGraph> {
    GraphHost(ComputationGraph graph) {
        super(graph);
    }

    @Override
    Host<ComputationGraph> like(ComputationGraph other) {
        return new GraphHost(other);
    }

    @Override
    Layer[] layerArray() {
        return model().getLayers();
    }

    @Override
    int iterations() {
        return model().getIterationCount();
    }

    @Override
    BaseMultiLayerUpdater<?> updater(boolean make) {
        return model().getUpdater(make);
    }

    @Override
    DataType dataType() {
        return model().getConfiguration().getDataType();
    }

    @Override
    Draft<ComputationGraph> draft() {
        // Through JSON: clone() of a merge vertex forgets its axis.
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(model().getConfiguration().toJson());
        NetworkLayers layers = NetworkLayers.of(conf);
        return new Draft<>() {
            @Override
            public NetworkLayers layers() {
                return layers;
            }

            @Override
            public void countAnew() {
                conf.setIterationCount(0);
                conf.setEpochCount(0);
            }

            @Override
            public ComputationGraph init(INDArray parameters) {
                layers.clearVariables();
                conf.getDefaultConfiguration().clearVariables();
                ComputationGraph graph = new LoraGraph(conf);
                graph.init(parameters, false);
                return graph;
            }
        };
    }
}
