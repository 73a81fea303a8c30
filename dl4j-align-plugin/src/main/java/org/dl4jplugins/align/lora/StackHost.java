package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A stack of layers. */
final class StackHost extends Host<MultiLayerNetwork> {
    StackHost(MultiLayerNetwork network) {
        super(network);
    }

    @Override
    Host<MultiLayerNetwork> like(MultiLayerNetwork other) {
        return new StackHost(other);
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
        return (BaseMultiLayerUpdater<?>) model().getUpdater(make);
    }

    @Override
    DataType dataType() {
        return model().getLayerWiseConfigurations().getDataType();
    }

    @Override
    Draft<MultiLayerNetwork> draft() {
        MultiLayerConfiguration conf =
                MultiLayerConfiguration.fromJson(model().getLayerWiseConfigurations().toJson());
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
                conf.getConfs()
                        .forEach(
                                layer -> {
                                    layer.setIterationCount(0);
                                    layer.setEpochCount(0);
                                });
            }

            @Override
            public MultiLayerNetwork init(INDArray parameters) {
                layers.clearVariables();
                MultiLayerNetwork network = new MultiLayerNetwork(conf);
                network.init(parameters, false);
                return network;
            }
        };
    }
}
