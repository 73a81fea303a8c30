package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A graph or a stack of layers, seen alike. */
abstract class Host<M extends Model> {
    private final M model;

    Host(M model) {
        this.model = model;
    }

    static Host<ComputationGraph> of(ComputationGraph graph) {
        return new GraphHost(graph);
    }

    static Host<MultiLayerNetwork> of(MultiLayerNetwork network) {
        return new StackHost(network);
    }

    /** A copy of a network's configuration, to be changed and then initialized. */
    interface Draft<M> {
        NetworkLayers layers();

        /** Lets iterations and epochs be counted from 0. */
        void countAnew();

        M init(INDArray parameters);
    }

    abstract Host<M> like(M other);

    abstract Layer[] layerArray();

    /** Number of steps trained so far. */
    abstract int iterations();

    /** The updater; null if there is none yet and none is to be made. */
    abstract BaseMultiLayerUpdater<?> updater(boolean make);

    abstract Draft<M> draft();

    abstract DataType dataType();

    final M model() {
        return model;
    }

    /** Runtime layers by name, in the network's order. */
    final Map<String, Layer> layers() {
        Map<String, Layer> layers = new LinkedHashMap<>();
        Layer[] array = layerArray();
        for (int i = 0; i < array.length; i++) {
            String name = array[i].conf().getLayer().getLayerName();
            layers.put(name == null ? String.valueOf(i) : name, array[i]);
        }
        return layers;
    }

    /** Runtime layers with a frozen base, in the network's order. */
    final List<LoraRuntime> adapted() {
        List<LoraRuntime> adapted = new ArrayList<>();
        for (Layer layer : layerArray()) {
            if (layer instanceof LoraRuntime lora) {
                adapted.add(lora);
            }
        }
        return adapted;
    }

    /** Names of layers that have parameters and are trained fully. */
    final Set<String> trainedFully() {
        Set<String> names = new HashSet<>();
        layers().forEach(
                        (name, layer) -> {
                            if (!(layer instanceof LoraRuntime) && layer.numParams() > 0) {
                                names.add(name);
                            }
                        });
        return names;
    }

    /**
     * Another network with the same values: parameters by name, updater state and counters if
     * something goes on learning. New increments are initialized.
     *
     * @param edit changes layers' configurations; wrapped layers, kinds and placements must stay
     */
    final M rebuild(Consumer<NetworkLayers> edit) {
        Draft<M> draft = draft();
        Set<String> before = Learning.parameters(draft.layers());
        edit.accept(draft.layers());
        before.retainAll(Learning.parameters(draft.layers()));
        if (before.isEmpty()) {
            draft.countAnew();
        }
        Host<M> other = filled(draft);
        UpdaterStates.copy(this, other);
        return other.model();
    }

    /**
     * Another network with the same values, without updater state, its counters at 0.
     *
     * @param edit makes a layer of each that has parameters; it may return it as it is
     */
    final M restart(UnaryOperator<org.deeplearning4j.nn.conf.layers.Layer> edit) {
        Draft<M> draft = draft();
        NetworkLayers network = draft.layers();
        for (String name : network.names()) {
            org.deeplearning4j.nn.conf.layers.Layer layer = network.layer(name);
            if (layer instanceof LoraLayer || NetworkLayers.parameters(layer) > 0) {
                org.deeplearning4j.nn.conf.layers.Layer edited = edit.apply(layer);
                if (edited != layer) {
                    network.replace(name, edited);
                }
            }
        }
        draft.countAnew();
        return filled(draft).model();
    }

    /** The draft as a network with this one's parameters, its shared base weights attached. */
    private Host<M> filled(Draft<M> draft) {
        Map<String, Layer> own = layers();
        Learning.skipNeedlessGradients(draft.layers());
        for (String name : draft.layers().names()) {
            if (draft.layers().layer(name) instanceof LoraLayer layer
                    && own.get(name) instanceof LoraRuntime from) {
                layer.attach(from.layerConf().shared());
            }
        }
        Host<M> other = like(initialized(draft));
        other.layers().forEach((name, layer) -> Filling.copy(own.get(name), layer));
        return other;
    }

    /** Another network with the same values, its layers with a frozen base edited. */
    final M rebuildLayers(UnaryOperator<LoraLayer> edit) {
        return rebuild(
                network -> {
                    for (String name : network.names()) {
                        if (network.layer(name) instanceof LoraLayer layer) {
                            network.replace(name, edit.apply(layer));
                        }
                    }
                });
    }

    /** The draft as a network whose parameters are all zero. */
    final M initialized(Draft<M> draft) {
        long length = 0;
        for (String name : draft.layers().names()) {
            length += NetworkLayers.parameters(draft.layers().layer(name));
        }
        if (length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The network would have "
                            + length
                            + " parameters in one array, DL4J's limit is "
                            + Integer.MAX_VALUE);
        }
        return draft.init(Nd4j.create(dataType(), 1, length));
    }
}
