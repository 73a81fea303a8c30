package org.dl4jplugins.mtl.recon;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PoolHelperVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;

/** What can be split, and what can run on stacked streams. */
final class SplitRules {
    private static final Set<Class<?>> EXAMPLE_WISE =
            Set.of(
                    ActivationLayer.class,
                    DropoutLayer.class,
                    GlobalPoolingLayer.class,
                    LocalResponseNormalization.class,
                    SpaceToDepthLayer.class,
                    Subsampling1DLayer.class,
                    Subsampling3DLayer.class,
                    SubsamplingLayer.class,
                    Upsampling1D.class,
                    Upsampling2D.class,
                    Upsampling3D.class,
                    ZeroPadding1DLayer.class,
                    ZeroPadding3DLayer.class,
                    ZeroPaddingLayer.class,
                    Cropping1D.class,
                    Cropping2D.class,
                    Cropping3D.class,
                    RepeatVector.class,
                    MaskLayer.class,
                    ElementWiseVertex.class,
                    L2NormalizeVertex.class,
                    L2Vertex.class,
                    PoolHelperVertex.class,
                    PreprocessorVertex.class,
                    ScaleVertex.class,
                    ShiftVertex.class,
                    SubsetVertex.class);

    private SplitRules() {}

    /** Why a vertex cannot be given to each task, if so. */
    static Optional<String> whyNotSplit(GraphStructure structure, String name) {
        if (!structure.exists(name)) {
            return Optional.of(
                    "there is no such layer; the shared layers are " + structure.shared());
        }
        if (structure.configuration().getNetworkInputs().contains(name)) {
            return Optional.of("it is a network input");
        }
        if (structure.tasks().contains(name)) {
            return Optional.of("it is the output layer of a task");
        }
        List<String> tasks = structure.tasksOf(name);
        if (tasks.size() < 2) {
            return Optional.of(
                    tasks.isEmpty()
                            ? "no task depends on it"
                            : "only task \"" + tasks.get(0) + "\" depends on it");
        }
        if (GraphStructure.frozen(structure.graph().getVertex(name))) {
            return Optional.of("it is frozen, so that its copies would stay equal");
        }
        if (structure.trainable(name) == 0) {
            return Optional.of("it has no trainable parameters");
        }
        return Optional.empty();
    }

    /** Why a vertex with parameters cannot run on stacked streams, if so. */
    static Optional<String> whyNotStacked(GraphStructure structure, String name) {
        if (GraphStructure.frozen(structure.graph().getVertex(name))) {
            return Optional.of(
                    "it is frozen and would stop the gradient of split layers before it");
        }
        GraphVertex vertex = structure.configuration().getVertices().get(name);
        if (vertex instanceof LayerVertex layerVertex) {
            Layer layer = layerVertex.getLayerConf().getLayer();
            if (layer instanceof BatchNormalization
                    && layer.getClass() != BatchNormalization.class) {
                return Optional.of(
                        "it is a "
                                + layer.getClass().getSimpleName()
                                + ", a batch normalization that cannot be told to keep streams"
                                + " apart");
            }
            if (layer != inner(layer) && inner(layer) instanceof BatchNormalization) {
                return Optional.of("it is a batch normalization inside a wrapper");
            }
        }
        return Optional.empty();
    }

    /** Whether a vertex without parameters treats every example by itself. */
    static boolean exampleWise(GraphVertex vertex) {
        if (vertex instanceof LayerVertex layerVertex) {
            return EXAMPLE_WISE.contains(layerVertex.getLayerConf().getLayer().getClass());
        }
        if (vertex instanceof MergeVertex merge) {
            return merge.getMergeAxis() != 0;
        }
        return EXAMPLE_WISE.contains(vertex.getClass());
    }

    private static Layer inner(Layer layer) {
        Layer inner = layer;
        while (true) {
            if (inner instanceof BaseWrapperLayer wrapper) {
                inner = wrapper.getUnderlying();
            } else if (inner instanceof Bidirectional bidirectional) {
                inner = bidirectional.getFwd();
            } else {
                return inner;
            }
        }
    }

    /** Throws with the names and reasons of all layers that cannot be split. */
    static void checkSplit(GraphStructure structure, Iterable<String> names) {
        StringBuilder problems = new StringBuilder();
        for (String name : names) {
            whyNotSplit(structure, name)
                    .ifPresent(
                            why ->
                                    problems.append(problems.length() == 0 ? "" : "; ")
                                            .append('"')
                                            .append(name)
                                            .append("\": ")
                                            .append(why));
        }
        if (problems.length() > 0) {
            throw new IllegalArgumentException("Cannot split layer " + problems);
        }
    }
}
