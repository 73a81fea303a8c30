package org.dl4jplugins.align.peft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.nd4j.linalg.factory.Nd4j;

/** Adapters in files and back. */
final class PeftRoundTrip {

    private PeftRoundTrip() {}

    /** A graph with an adapter of random values. */
    static ComputationGraph lora(ComputationGraph base, LoraConfig.Builder config) {
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config.build()).build().transform();
        Nd4j.getRandom().setSeed(5);
        PeftTensors.of(graph, "default")
                .values()
                .forEach(t -> t.take(Nd4j.randn(t.shape()).muli(0.1)));
        return graph;
    }

    /** Saves the adapter of a graph and loads it onto the base again: all values are the same. */
    static void check(ComputationGraph base, ComputationGraph graph, Path folder) throws Exception {
        PeftFiles.save(graph, "default", folder);
        ComputationGraph loaded = PeftFiles.load(base, folder);
        assertEquals(graph.paramTable().keySet(), loaded.paramTable().keySet());
        graph.paramTable()
                .forEach((name, value) -> assertEquals(value, loaded.paramTable().get(name), name));
    }
}
