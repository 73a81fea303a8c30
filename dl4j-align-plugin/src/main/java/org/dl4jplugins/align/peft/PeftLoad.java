package org.dl4jplugins.align.peft;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * An adapter loaded onto a base.
 *
 * @param graph a new graph: the base with the adapter
 * @param missing tensors that the adapter should have and the file lacks; they keep their first
 *     values
 * @param unexpected tensors of the file that nothing takes
 * @param unknownSettings keys of the file's configuration that this version does not know
 */
public record PeftLoad(
        ComputationGraph graph,
        List<String> missing,
        List<String> unexpected,
        List<String> unknownSettings) {

    /** Copies the lists. */
    public PeftLoad {
        missing = List.copyOf(missing);
        unexpected = List.copyOf(unexpected);
        unknownSettings = List.copyOf(unknownSettings);
    }
}
