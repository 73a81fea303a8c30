package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleGridTest {

    @Test
    void llamaHasBlocksAndModules() {
        ModuleGrid grid =
                new ModuleGrid(
                        Matrices.of(
                                "model.layers.0.self_attn.q_proj",
                                "model.layers.0.mlp.up_proj",
                                "model.layers.10.self_attn.q_proj",
                                "model.layers.10.mlp.up_proj",
                                "lm_head"));
        assertEquals(List.of("model.layers.0", "model.layers.10", "lm_head"), grid.rows());
        assertEquals(List.of("q_proj", "up_proj", "(layer)"), grid.columns());
        double none = Double.NaN;
        assertArrayEquals(
                new double[][] {{1, 2, none}, {3, 4, none}, {none, none, 5}},
                grid.arrange(new double[] {1, 2, 3, 4, 5}));
    }

    @Test
    void modulesKeepWhatTellsThemApart() {
        ModuleGrid bert =
                new ModuleGrid(
                        Matrices.of(
                                "encoder.layer.0.attention.self.query",
                                "encoder.layer.0.attention.output.dense",
                                "encoder.layer.0.intermediate.dense",
                                "encoder.layer.0.output.dense"));
        assertEquals(
                List.of("query", "attention.output.dense", "intermediate.dense", "output.dense"),
                bert.columns());
        ModuleGrid t5 =
                new ModuleGrid(
                        Matrices.of(
                                "encoder.block.0.layer.0.SelfAttention.q",
                                "decoder.block.0.layer.0.SelfAttention.q",
                                "decoder.block.0.layer.1.EncDecAttention.q"));
        assertEquals(List.of("encoder.block.0", "decoder.block.0"), t5.rows());
        assertEquals(List.of("SelfAttention.q", "EncDecAttention.q"), t5.columns());
    }

    @Test
    void severalMatricesOfALayerHaveTheirKeys() {
        ModuleGrid grid =
                new ModuleGrid(
                        List.of(
                                new AdaptedMatrix("lstm.W", "lstm", "W", 1, 1),
                                new AdaptedMatrix("lstm.RW", "lstm", "RW", 1, 1),
                                Matrices.matrix("layer1.0.conv1", 1, 1)));
        assertEquals(List.of("lstm", "layer1.0"), grid.rows());
        assertEquals(List.of("W", "RW", "conv1"), grid.columns());
    }
}
