package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Both stages on language models with tied tables and several inputs. */
class LanguageModelsTest {

    private static INDArray ids(int seed) {
        Random random = new Random(seed);
        float[][] ids = new float[3][6];
        for (float[] row : ids) {
            for (int t = 0; t < row.length; t++) {
                row[t] = 1 + random.nextInt(20);
            }
        }
        return Nd4j.createFromArray(ids);
    }

    private static void check(String name, INDArray[] inputs, String... targets)
            throws IOException {
        ComputationGraph base = HfCheckpoint.load(Golden.folder(name)).graph();
        ComputationGraph lora =
                Graphs.lora(
                        base,
                        new LoraConfig.Builder().targets(targets).rank(2).updater(new Adam(0.02)));
        MultiDataSet data = new MultiDataSet(inputs, new INDArray[] {ids(9)});
        for (int step = 0; step < 10; step++) {
            lora.fit(data);
        }
        List<AdaptedMatrix> layers = AdaptedMatrix.of(lora);
        ModuleGrid grid = new ModuleGrid(layers);
        assertTrue(grid.columns().size() >= targets.length, grid.columns().toString());
        assertEquals(layers.size(), Set.copyOf(layers).size());
        ScoreModel model =
                ScoreModel.of(
                        lora,
                        new ScoreSettings.Builder().initialScore(0).updater(new Sgd(1)).build());
        INDArray before = model.graph().params().dup();
        double loss = model.graph().score(data);
        for (int step = 0; step < 5; step++) {
            model.graph().fit(data);
        }
        assertTrue(model.graph().score(data) < loss);
        for (double score : model.scores()) {
            assertNotEquals(0, score);
        }
        int moved =
                before.neq(model.graph().params()).castTo(before.dataType()).sumNumber().intValue();
        assertEquals(layers.size(), moved);
        LayerMask mask = model.report(name).build().keepMost(0.3);
        INDArray[] restricted = LoraMasks.restrict(lora, mask).output(inputs);
        LoraMasks.setGamma(lora, mask);
        assertTrue(lora.output(inputs)[0].equalsWithEps(restricted[0], 1e-5));
        assertNotEquals(base.output(inputs)[0], restricted[0]);
    }

    @Test
    void llama() throws IOException {
        check(
                "hf_llama_tiny",
                new INDArray[] {ids(1)},
                "q_proj",
                "k_proj",
                "v_proj",
                "o_proj",
                "gate_proj",
                "up_proj",
                "down_proj");
    }

    @Test
    void t5() throws IOException {
        check("hf_t5_tiny_relu", new INDArray[] {ids(1), ids(2)}, "q", "k", "v", "o", "wi", "wo");
    }
}
