package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Adapters find the projections by name, and an adapted network samples like any other. */
class LoraOnBiDiffuserTest {

    @Test
    void queriesAndValuesAreAdaptedTheRestStandsStill() {
        ComputationGraph base = Pairs.graph(Pairs.CONFIG);
        LoraTransformer transformer =
                new LoraTransformer.Builder(base)
                        .config(
                                new LoraConfig.Builder()
                                        .rank(2)
                                        .targets("attn.q", "attn.v")
                                        .updater(new Adam(1e-2))
                                        .build())
                        .build();
        assertEquals(2 * 3, transformer.plan().targets().size());
        ComputationGraph lora = transformer.transform();
        SamplingSettings settings = new SamplingSettings.Builder().steps(3).guidance(0).build();
        INDArray text = Pairs.text(1, 2);
        INDArray before = new BiDiffuser(base, Pairs.CONFIG).textToImage(text, settings).latent();
        BiDiffuser model = new BiDiffuser(lora, Pairs.CONFIG);
        assertTrue(before.equalsWithEps(model.textToImage(text, settings).latent(), 1e-3));
        lora.fit(
                ImageTextObjective.biDiffuser(Pairs.CONFIG, 1)
                        .build()
                        .examples(Pairs.batch(1, 4), new NoiseSource(2)));
        assertEquals(
                base.getLayer("mid_block.mlp.fc1").getParam("W"),
                lora.getLayer("mid_block.mlp.fc1").getParam("W"));
        assertNotEquals(before, model.textToImage(text, settings).latent());
    }
}
