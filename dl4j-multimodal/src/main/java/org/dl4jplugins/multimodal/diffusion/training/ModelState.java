package org.dl4jplugins.multimodal.diffusion.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What changes in a graph as it trains: parameters, the updater's state, counters. */
final class ModelState {

    private ModelState() {}

    static void write(ComputationGraph graph, DataOutputStream out) throws IOException {
        out.writeInt(graph.getConfiguration().getIterationCount());
        out.writeInt(graph.getConfiguration().getEpochCount());
        Nd4j.write(graph.params(), out);
        INDArray updater = updater(graph);
        out.writeBoolean(updater != null);
        if (updater != null) {
            Nd4j.write(updater, out);
        }
    }

    /** Reads everything before anything changes. */
    static Runnable read(ComputationGraph graph, DataInputStream in) throws IOException {
        int iterations = in.readInt();
        int epochs = in.readInt();
        INDArray params = read(in, graph.params(), "parameters");
        INDArray updater = updater(graph);
        Check.that(
                in.readBoolean() == (updater != null),
                "updater state",
                updater == null ? "one" : "none",
                updater == null ? "none" : "one");
        INDArray state = updater == null ? null : read(in, updater, "updater state");
        return () -> {
            graph.params().assign(params);
            if (state != null) {
                updater.assign(state);
            }
            graph.getConfiguration().setIterationCount(iterations);
            graph.getConfiguration().setEpochCount(epochs);
        };
    }

    static INDArray read(DataInputStream in, INDArray like, String name) throws IOException {
        INDArray array = Nd4j.read(in);
        Check.that(
                Arrays.equals(array.shape(), like.shape()) && array.dataType() == like.dataType(),
                name,
                array.dataType() + " " + Arrays.toString(array.shape()),
                like.dataType() + " " + Arrays.toString(like.shape()));
        return array;
    }

    private static INDArray updater(ComputationGraph graph) {
        INDArray state = graph.getUpdater(true).getStateViewArray();
        return state == null || state.isEmpty() ? null : state;
    }
}
