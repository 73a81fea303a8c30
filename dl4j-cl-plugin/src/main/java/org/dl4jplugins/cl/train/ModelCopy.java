package org.dl4jplugins.cl.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a graph was at some time: copies of its parameters and running statistics. Frozen weights,
 * such as the base of LoRA, are not copied.
 */
public final class ModelCopy {

    private final ComputationGraph graph;
    private final List<INDArray> then;
    private final List<INDArray> now;

    /**
     * A copy of what the graph is now. It holds twice the graph's learning parameters: one copy,
     * and room for {@link #instead}.
     *
     * @param graph an initialized graph
     */
    public ModelCopy(ComputationGraph graph) {
        this.graph = graph;
        this.then = ModelState.copies(ModelState.learning(graph));
        this.now = ModelState.copies(then);
    }

    /** Takes a new copy in place of the old one. */
    public void take() {
        ModelState.assign(ModelState.learning(graph), then);
    }

    /**
     * Asks the graph as it was then; afterwards it is bit by bit what it is now.
     *
     * @param question must leave the graph as it is
     * @return its answer
     */
    public <T> T instead(Supplier<T> question) {
        List<INDArray> own = ModelState.learning(graph);
        ModelState.assign(own, now);
        ModelState.assign(then, own);
        try {
            return question.get();
        } finally {
            ModelState.assign(now, own);
        }
    }

    /**
     * Writes the copy.
     *
     * @param out stays open
     * @throws IOException if it cannot be written
     */
    public void save(DataOutputStream out) throws IOException {
        ModelState.write(then, out);
    }

    /**
     * Replaces the copy by what {@link #save} wrote.
     *
     * @param in stays open
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is of another model
     */
    public void restore(DataInputStream in) throws IOException {
        ModelState.assign(ModelState.read(in, then), then);
    }
}
