package org.dl4jplugins.core.accel;

import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex.Op;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.VertexIndices;
import org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the convolutional part of an initialized network fast on the CPU.
 *
 * <p>Runtime layers are exchanged in place for faster ones that compute the same. Configuration,
 * parameters, gradients, updater state and listeners stay untouched. Accelerated are
 * two-dimensional convolution, batch normalization, maximum and average pooling, global average
 * pooling, ReLU activation layers and additions, in the NCHW data format; what cannot be done
 * exactly is left as it is and named in the log.
 *
 * <p><b>Only this instance becomes fast.</b> {@code clone()}, a network restored from a file (a
 * model saved by {@code ModelSerializer}, a checkpoint, the best model of early stopping), the
 * result of transfer learning and the replicas that {@code ParallelWrapper} and {@code
 * ParallelInference} train or serve in their worker threads are stock networks: they compute the
 * same, at stock speed. Call this method on them where they can be reached; the workers of {@code
 * ParallelWrapper} cannot.
 *
 * <pre>{@code
 * ComputationGraph net = new ComputationGraph(configuration);
 * net.init();
 * Accelerator.accelerate(net);
 * net.fit(data);
 * }</pre>
 *
 * <p>With workspaces (the default) a {@code ComputationGraph}'s backward pass leaves out the
 * gradient of a network input that only convolutions read: it would live in a workspace that is
 * closed before anybody could look at it, and {@code getEpsilon()} of the input's vertex is null.
 * For gradients of network inputs set {@code WorkspaceMode.NONE} for training, as with stock
 * layers, or use a {@code MultiLayerNetwork}, where they are always computed.
 *
 * <p>Arrays of more than 2^29 - 1 elements, and maxima over windows that lie in the padding
 * entirely, are computed as by the stock layer, and so is whatever has a mask. The one exception is
 * batch normalization with {@link GroupedStatistics}, which refuses longer arrays.
 *
 * <p>Networks may be trained in several threads, each network in one at a time; sums are added in
 * the same order every time.
 *
 * <p>Nothing happens on a CUDA backend, for networks of another type than FLOAT, or where no BLAS
 * library is loaded. For full speed see {@link CpuTuning}.
 */
public final class Accelerator {
    private static final Logger LOG = LoggerFactory.getLogger(Accelerator.class);

    private Accelerator() {}

    /**
     * Exchanges the layers of a graph. Calling it again is harmless.
     *
     * @param graph a network after {@code init()}
     * @return what was accelerated and what not; also logged
     * @throws IllegalArgumentException if the graph is null or not initialized
     */
    public static Acceleration accelerate(ComputationGraph graph) {
        return accelerate(graph, Floats.MAX_LENGTH);
    }

    /** With another limit than buffers have, for tests. */
    static Acceleration accelerate(ComputationGraph graph, long limit) {
        if (graph == null || graph.getVertices() == null) {
            throw new IllegalArgumentException("graph must be a network after init()");
        }
        String obstacle = obstacle(graph.getConfiguration().getDataType());
        if (obstacle != null) {
            return logged(Acceleration.none(obstacle));
        }
        Map<String, String> accelerated = new LinkedHashMap<>();
        Map<String, String> stock = new LinkedHashMap<>();
        LayerExchange exchange = new LayerExchange(accelerated, stock, limit);
        GraphVertex[] vertices = graph.getVertices();
        for (int i = 0; i < vertices.length; i++) {
            GraphVertex vertex = vertices[i];
            if (vertex.getClass() == LayerVertex.class) {
                Layer old = vertex.getLayer();
                Layer fast = exchange.fast(vertex.getVertexName(), old);
                if (fast != old) {
                    ((LayerVertex) vertex).setLayer(fast);
                    replace(graph.getLayers(), old, fast);
                }
            } else if (isAddition(graph, vertex)) {
                vertices[i] = new AcceleratedAdd((ElementWiseVertex) vertex, DataType.FLOAT);
                verticesByName(graph).put(vertex.getVertexName(), vertices[i]);
                accelerated.put(vertex.getVertexName(), "addition");
            } else if (vertex instanceof AcceleratedAdd) {
                accelerated.put(vertex.getVertexName(), "addition");
            }
        }
        for (GraphVertex vertex : vertices) {
            connect(vertex, vertices);
        }
        return logged(new Acceleration(accelerated, stock, null));
    }

    /**
     * Exchanges the layers of a sequential network. Calling it again is harmless.
     *
     * @param network a network after {@code init()}
     * @return what was accelerated and what not; also logged
     * @throws IllegalArgumentException if the network is null or not initialized
     */
    public static Acceleration accelerate(MultiLayerNetwork network) {
        return accelerate(network, Floats.MAX_LENGTH);
    }

    /** With another limit than buffers have, for tests. */
    static Acceleration accelerate(MultiLayerNetwork network, long limit) {
        if (network == null || network.getLayers() == null) {
            throw new IllegalArgumentException("network must be a network after init()");
        }
        String obstacle = obstacle(network.getLayerWiseConfigurations().getDataType());
        if (obstacle != null) {
            return logged(Acceleration.none(obstacle));
        }
        Map<String, String> accelerated = new LinkedHashMap<>();
        Map<String, String> stock = new LinkedHashMap<>();
        LayerExchange exchange = new LayerExchange(accelerated, stock, limit);
        Layer[] layers = network.getLayers();
        for (int i = 0; i < layers.length; i++) {
            Layer old = layers[i];
            layers[i] = exchange.fast(name(old, i), old);
            if (layers[i] != old) {
                replaceByName(network, old, layers[i]);
            }
        }
        for (int i = 0; i < layers.length; i++) {
            if (layers[i] instanceof PixelLayer p) {
                p.layout(
                        i + 1 < layers.length && follows(network, layers, i + 1),
                        i > 0 && layers[i - 1] instanceof PixelLayer && isDirect(network, i));
            }
        }
        return logged(new Acceleration(accelerated, stock, null));
    }

    private static boolean follows(MultiLayerNetwork network, Layer[] layers, int i) {
        return layers[i] instanceof PixelLayer && isDirect(network, i);
    }

    private static boolean isDirect(MultiLayerNetwork network, int i) {
        return network.getLayerWiseConfigurations().getInputPreProcess(i) == null;
    }

    /**
     * Puts the stock layers back.
     *
     * @param graph a network
     */
    public static void restore(ComputationGraph graph) {
        GraphVertex[] vertices = graph.getVertices();
        for (int i = 0; i < vertices.length; i++) {
            GraphVertex vertex = vertices[i];
            if (vertex instanceof AcceleratedAdd) {
                ElementWiseVertex plain =
                        new ElementWiseVertex(
                                graph,
                                vertex.getVertexName(),
                                vertex.getVertexIndex(),
                                vertex.getInputVertices(),
                                vertex.getOutputVertices(),
                                ElementWiseVertex.Op.Add,
                                DataType.FLOAT);
                plain.setOutputVertex(vertex.isOutputVertex());
                vertices[i] = plain;
                verticesByName(graph).put(vertex.getVertexName(), plain);
            } else if (vertex instanceof LayerVertex && vertex.getLayer() instanceof PixelLayer) {
                Layer fast = vertex.getLayer();
                Layer old = LayerExchange.stock(fast);
                ((LayerVertex) vertex).setLayer(old);
                replace(graph.getLayers(), fast, old);
            }
        }
    }

    /**
     * Puts the stock layers back.
     *
     * @param network a network
     */
    public static void restore(MultiLayerNetwork network) {
        Layer[] layers = network.getLayers();
        for (int i = 0; i < layers.length; i++) {
            if (layers[i] instanceof PixelLayer) {
                Layer old = LayerExchange.stock(layers[i]);
                replaceByName(network, layers[i], old);
                layers[i] = old;
            }
        }
    }

    private static String obstacle(DataType type) {
        if (type != DataType.FLOAT) {
            return "the network's type is " + type + ", only FLOAT is accelerated";
        }
        Properties environment = Nd4j.getExecutioner().getEnvironmentInformation();
        String backend = environment == null ? "" : environment.getProperty("backend", "");
        if (!"CPU".equalsIgnoreCase(backend)) {
            return "the backend is " + backend + ", only CPU is accelerated";
        }
        return Blas.available() ? null : "no BLAS library was found";
    }

    private static Acceleration logged(Acceleration result) {
        LOG.info("{}", result);
        return result;
    }

    private static boolean isAddition(ComputationGraph graph, GraphVertex vertex) {
        return vertex.getClass() == ElementWiseVertex.class
                && graph.getConfiguration().getVertices().get(vertex.getVertexName())
                        instanceof org.deeplearning4j.nn.conf.graph.ElementWiseVertex conf
                && conf.getOp() == Op.Add;
    }

    private static void connect(GraphVertex vertex, GraphVertex[] vertices) {
        PixelLayer layer = pixelLayer(vertex);
        if (layer == null) {
            return;
        }
        boolean output = !vertex.isOutputVertex() && vertex.getOutputVertices() != null;
        for (VertexIndices v : orEmpty(vertex.getOutputVertices())) {
            GraphVertex next = vertices[v.getVertexIndex()];
            output &= pixelLayer(next) != null && isDirect(next);
        }
        boolean epsilon = isDirect(vertex);
        for (VertexIndices v : orEmpty(vertex.getInputVertices())) {
            epsilon &= pixelLayer(vertices[v.getVertexIndex()]) != null;
        }
        layer.layout(output, epsilon);
        if (layer instanceof AcceleratedConvolution convolution && isDirect(vertex)) {
            GraphVertex source = vertices[vertex.getInputVertices()[0].getVertexIndex()];
            if (source.isInputVertex() && readByConvolutionsOnly(source, vertices)) {
                convolution.omitEpsilon();
            }
        }
    }

    /** Whether nobody needs the gradient of a network input, not even to add it to another. */
    private static boolean readByConvolutionsOnly(GraphVertex source, GraphVertex[] vertices) {
        for (VertexIndices v : orEmpty(source.getOutputVertices())) {
            GraphVertex reader = vertices[v.getVertexIndex()];
            if (!(pixelLayer(reader) instanceof AcceleratedConvolution) || !isDirect(reader)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDirect(GraphVertex vertex) {
        return !(vertex instanceof LayerVertex v) || v.getLayerPreProcessor() == null;
    }

    private static PixelLayer pixelLayer(GraphVertex vertex) {
        if (vertex instanceof PixelLayer p) {
            return p;
        }
        return vertex.hasLayer() && vertex.getLayer() instanceof PixelLayer p ? p : null;
    }

    private static VertexIndices[] orEmpty(VertexIndices[] vertices) {
        return vertices == null ? new VertexIndices[0] : vertices;
    }

    private static void replace(Layer[] layers, Layer old, Layer by) {
        for (int i = 0; i < layers.length; i++) {
            if (layers[i] == old) {
                layers[i] = by;
            }
        }
    }

    private static String name(Layer layer, int index) {
        String name = layer.conf().getLayer().getLayerName();
        return name == null ? "layer" + index : name;
    }

    private static void replaceByName(MultiLayerNetwork network, Layer old, Layer by) {
        layersByName(network).replaceAll((name, layer) -> layer == old ? by : layer);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, GraphVertex> verticesByName(ComputationGraph graph) {
        return (Map<String, GraphVertex>) field(ComputationGraph.class, "verticesMap", graph);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Layer> layersByName(MultiLayerNetwork network) {
        return (Map<String, Layer>) field(MultiLayerNetwork.class, "layerMap", network);
    }

    private static Object field(Class<?> type, String name, Object owner) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " has no field " + name, e);
        }
    }
}
