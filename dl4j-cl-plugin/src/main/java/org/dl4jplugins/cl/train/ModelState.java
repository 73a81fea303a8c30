package org.dl4jplugins.cl.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.FrozenParameters;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What changes in a graph as it trains: parameters, running statistics, and the updater's state.
 */
final class ModelState {

    private ModelState() {}

    /** Views of all parameters but frozen ones, in the graph's order. */
    static List<INDArray> learning(ComputationGraph graph) {
        List<INDArray> arrays = new ArrayList<>();
        graph.paramTable()
                .forEach(
                        (name, array) -> {
                            if (!FrozenParameters.contains(graph, name)) {
                                arrays.add(array);
                            }
                        });
        return arrays;
    }

    static List<INDArray> copies(List<INDArray> arrays) {
        return arrays.stream().map(INDArray::dup).toList();
    }

    static void assign(List<INDArray> from, List<INDArray> to) {
        for (int i = 0; i < to.size(); i++) {
            to.get(i).assign(from.get(i));
        }
    }

    static void write(ComputationGraph graph, DataOutputStream out) throws IOException {
        out.writeInt(graph.getConfiguration().getIterationCount());
        out.writeInt(graph.getConfiguration().getEpochCount());
        write(learning(graph), out);
        write(updater(graph), out);
    }

    static void read(ComputationGraph graph, DataInputStream in) throws IOException {
        int iterations = in.readInt();
        int epochs = in.readInt();
        List<INDArray> learning = learning(graph);
        assign(read(in, learning), learning);
        List<INDArray> updater = updater(graph);
        assign(read(in, updater), updater);
        graph.getConfiguration().setIterationCount(iterations);
        graph.getConfiguration().setEpochCount(epochs);
    }

    static void write(List<INDArray> arrays, DataOutputStream out) throws IOException {
        out.writeInt(arrays.size());
        for (INDArray array : arrays) {
            Nd4j.write(array, out);
        }
    }

    /** Arrays of the same number and shapes as others. */
    static List<INDArray> read(DataInputStream in, List<INDArray> like) throws IOException {
        int count = in.readInt();
        if (count != like.size()) {
            throw new IllegalArgumentException(
                    "it has " + count + " arrays where the model has " + like.size());
        }
        List<INDArray> arrays = new ArrayList<>();
        for (INDArray expected : like) {
            INDArray array = Nd4j.read(in);
            if (!Arrays.equals(array.shape(), expected.shape())
                    || array.dataType() != expected.dataType()) {
                throw new IllegalArgumentException(
                        "it has an array "
                                + Arrays.toString(array.shape())
                                + " where the model has "
                                + Arrays.toString(expected.shape()));
            }
            arrays.add(array);
        }
        return arrays;
    }

    private static List<INDArray> updater(ComputationGraph graph) {
        INDArray state = graph.getUpdater(true).getStateViewArray();
        return state == null || state.isEmpty() ? List.of() : List.of(state);
    }
}
