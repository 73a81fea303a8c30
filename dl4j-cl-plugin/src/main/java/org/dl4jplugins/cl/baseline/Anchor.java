package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Springs that pull parameters back: {@code sum strength (w - rest)^2 / 2}.
 *
 * @param rest [selected] where they pull to
 * @param strength [selected] how hard, not negative
 */
record Anchor(INDArray rest, INDArray strength) {

    /** Springs without strength at the parameters of now. */
    static Anchor at(ComputationGraph graph, ParameterSelection selection) {
        INDArray rest = Nd4j.zeros(graph.params().dataType(), selection.size());
        selection.gather(graph.params(), rest);
        return new Anchor(rest, rest.like());
    }

    /**
     * Adds the gradient of the springs.
     *
     * @param graph whose flat gradient is a sum over a batch
     * @param selection of the springs' parameters
     * @param factor on all strengths
     * @param room [selected] two arrays, overwritten
     */
    static void pull(
            ComputationGraph graph,
            ParameterSelection selection,
            Iterable<Anchor> anchors,
            double factor,
            INDArray... room) {
        INDArray flat = graph.getFlattenedGradients();
        selection.gather(flat, room[0]);
        for (Anchor anchor : anchors) {
            selection.gather(graph.params(), room[1]);
            room[1].subi(anchor.rest).muli(anchor.strength);
            room[0].addi(room[1].muli(factor * Gradients.divisor(graph)));
        }
        selection.scatter(room[0], flat);
    }

    void write(DataOutputStream out) throws IOException {
        Nd4j.write(rest, out);
        Nd4j.write(strength, out);
    }

    static Anchor read(DataInputStream in) throws IOException {
        INDArray rest = Nd4j.read(in);
        return new Anchor(rest, Nd4j.read(in));
    }
}
