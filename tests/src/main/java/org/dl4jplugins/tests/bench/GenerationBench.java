package org.dl4jplugins.tests.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.core.accel.CpuTuning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Milliseconds per token of a LLaMA of MiniLM's size (6 blocks of 384, vocabulary of 2048) as the
 * text grows: with the cache a token's cost may grow with the keys that it sees, but not with what
 * has been computed before.
 *
 * <p>Options beside those of {@link Bench} (of which only {@code --rounds} counts): {@code --batch
 * 1}, {@code --tokens 512}, {@code --every 64}.
 */
final class GenerationBench {
    private final BenchOptions options;

    GenerationBench(List<String> args) {
        options =
                new BenchOptions(Map.of("--batch", "1", "--tokens", "512", "--every", "64"), args);
    }

    void run() {
        CpuTuning.apply();
        int batch = options.number("--batch");
        int tokens = options.number("--tokens");
        int every = options.number("--every");
        IncrementalDecoder decoder = new IncrementalDecoder(model(tokens));
        INDArray ids = Nd4j.ones(batch, 1);
        double[][] milliseconds = new double[tokens / every][];
        for (int round = 0; round <= options.number("--rounds"); round++) {
            decoder.prefill(ids, null);
            for (int part = 0; part < milliseconds.length; part++) {
                milliseconds[part] = new double[every];
                for (int i = 0; i < every && decoder.length() < tokens; i++) {
                    long start = System.nanoTime();
                    decoder.step(ids);
                    milliseconds[part][i] = (System.nanoTime() - start) / 1e6;
                }
            }
        }
        System.out.println("batch " + batch + ", median ms per token of the last round:");
        for (int part = 0; part < milliseconds.length; part++) {
            Arrays.sort(milliseconds[part]);
            System.out.printf(
                    Locale.ROOT,
                    "  tokens %4d to %4d: %.3f%n",
                    part * every + 1,
                    (part + 1) * every,
                    milliseconds[part][every / 2]);
        }
    }

    private static ComputationGraph model(int tokens) {
        HfConfig config =
                new LlamaConfig.Builder(2048)
                        .hiddenSize(384)
                        .intermediateSize(1024)
                        .blocks(6)
                        .heads(12)
                        .keyValueHeads(12)
                        .maxPositions(tokens)
                        .build();
        ComputationGraph graph =
                new ComputationGraph(
                        ModelFamilies.standard()
                                .of(config)
                                .configuration(config, ModelOptions.defaults()));
        graph.init();
        return graph;
    }
}
