package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraMerge;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.lora.MergedInPlace;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What an adapter learned arrives in a saved checkpoint, or the checkpoint is refused. */
class AdaptedCheckpointTest {
    @TempDir Path folder;

    @SuppressWarnings("try") // merged is only closed
    @ParameterizedTest
    @CsvSource({
        "hf_llama_tiny, INSIDE", "hf_llama_tiny, SHARED",
        "hf_t5_tiny_relu, INSIDE", "hf_t5_tiny_relu, SHARED",
        "hf_bert_tiny, INSIDE", "hf_bert_tiny, SHARED"
    })
    void mergedWeightsAreSavedAndUnmergedOnesRefused(String name, BasePlacement placement)
            throws IOException {
        ModelOptions options = new ModelOptions.Builder().head(Head.LANGUAGE_MODEL).build();
        HfCheckpoint model = HfCheckpoint.load(Golden.folder(name), options);
        LoraConfig config =
                new LoraConfig.Builder()
                        .allLinear()
                        .rank(2)
                        .base(placement)
                        .updater(new Adam(0.05))
                        .build();
        ComputationGraph adapted =
                new LoraTransformer.Builder(model.graph()).config(config).build().transform();
        INDArray[] inputs = new INDArray[model.graph().getNumInputArrays()];
        Arrays.fill(inputs, Nd4j.createFromArray(new float[][] {{1, 0, 1, 1}, {1, 1, 0, 1}}));
        INDArray before = adapted.output(inputs)[0].dup();
        for (int i = 0; i < 3; i++) {
            adapted.fit(new MultiDataSet(inputs, new INDArray[] {inputs[0]}));
        }
        adapted.clear();
        INDArray learned = adapted.output(inputs)[0].dup();
        assertTrue(distance(before, learned) > 1e-2);

        String message =
                assertThrows(IllegalArgumentException.class, () -> model.withGraph(adapted))
                        .getMessage();
        assertTrue(message.contains("active adapter \"default\""), message);
        assertTrue(message.contains("LoraMerge.merge"), message);

        assertSaved(model.withGraph(LoraMerge.merge(adapted)), options, inputs, learned);
        if (placement == BasePlacement.INSIDE) {
            try (MergedInPlace merged = LoraMerge.mergeInPlace(adapted)) {
                assertSaved(model.withGraph(adapted), options, inputs, learned);
            }
        }
    }

    private void assertSaved(
            HfCheckpoint model, ModelOptions options, INDArray[] inputs, INDArray expected)
            throws IOException {
        model.save(folder);
        INDArray loaded = HfCheckpoint.load(folder, options).graph().output(inputs)[0];
        assertEquals(0, distance(expected, loaded), 1e-4);
    }

    private static double distance(INDArray a, INDArray b) {
        return a.sub(b).normmaxNumber().doubleValue();
    }
}
