package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class UViTConfigTest {

    @Test
    void publishedSizeIsCountedWithoutAllocating() {
        UViTConfig published = UViTConfig.published();
        assertEquals(1105, published.tokens());
        long d = 1536;
        long block = 12 * d * d + 10 * d;
        long skip = 2 * d * d + 3 * d;
        long ends = 1105 * d + 2 * d + (16 + 64 + 512) * (d + d) + 3 * d + (16 + 64 + 512) + 2 * d;
        assertEquals(31 * block + 15 * skip + ends, published.parameters());
        assertEquals(952.5, published.parameters() / 1e6, 0.05);
        long inTensors =
                new UViTWeights(published)
                        .shapes().values().stream().mapToLong(UViTConfigTest::length).sum();
        assertEquals(published.parameters(), inTensors);
    }

    private static long length(long[] shape) {
        long length = 1;
        for (long n : shape) {
            length *= n;
        }
        return length;
    }

    @Test
    void publishedShapes() {
        Map<String, long[]> shapes = new UViTWeights(UViTConfig.published()).shapes();
        assertArrayEquals(new long[] {1, 1104, 1536}, shapes.get("pos_embed"));
        assertArrayEquals(new long[] {1, 1, 1536}, shapes.get("pos_embed_token"));
        assertArrayEquals(new long[] {1536, 4, 2, 2}, shapes.get("patch_embed.proj.weight"));
        assertArrayEquals(new long[] {4608, 1536}, shapes.get("in_blocks.14.attn.qkv.weight"));
        assertArrayEquals(new long[] {1536, 3072}, shapes.get("out_blocks.14.skip_linear.weight"));
        assertArrayEquals(new long[] {16, 1536}, shapes.get("decoder_pred.weight"));
    }

    @Test
    void jsonAndBuilderKeepEverySetting() {
        UViTConfig config =
                new UViTConfig.Builder()
                        .image(1, 4, 6)
                        .patch(2)
                        .width(12)
                        .depth(6)
                        .heads(3)
                        .mlpRatio(2.5)
                        .text(3, 5)
                        .clipWidth(7)
                        .dataTypes(3)
                        .qkvBias(true)
                        .timeMlp(true)
                        .finalConvolution(true)
                        .normEps(1e-6)
                        .build();
        assertEquals(config, UViTConfig.fromJson(config.toJson()));
        assertEquals(config, new UViTConfig.Builder(config).build());
        assertEquals(30, config.mlpWidth());
        assertTrue(config.toJson().contains("\"finalConvolution\" : true"), config.toJson());
    }

    @Test
    void optionalPartsAreLeftOut() {
        UViTConfig config =
                new UViTConfig.Builder()
                        .image(1, 4, 4)
                        .width(8)
                        .depth(2)
                        .heads(2)
                        .text(2, 3)
                        .dataTypes(0)
                        .build();
        assertEquals(List.of("image", "text", "t_image", "t_text"), UViT.inputs(config));
        assertEquals(List.of("image_noise", "text_noise"), UViT.outputs(config));
        assertEquals(2 + 2 + 4, config.tokens());
        ComputationGraph graph = UViT.create(config, TinyUViT.training(DataType.FLOAT));
        assertEquals(config.parameters(), graph.numParams());
        assertArrayEquals(new long[] {1, 8, 8}, new UViTWeights(config).shapes().get("pos_embed"));
    }

    @Test
    void summaryTellsTheShapes() {
        ComputationGraph graph = UViT.create(TinyUViT.CONFIG, TinyUViT.training(DataType.FLOAT));
        InputType one = InputType.recurrent(1, 1, RNNFormat.NWC);
        String summary =
                graph.summary(
                        InputType.convolutional(8, 8, 4),
                        InputType.recurrent(8, 1, RNNFormat.NWC),
                        InputType.recurrent(8, 5, RNNFormat.NWC),
                        one,
                        one,
                        one);
        assertTrue(summary.contains("in_blocks.0.attn.q"), summary);
    }

    private static void refused(String message, Consumer<UViTConfig.Builder> setting) {
        UViTConfig.Builder builder = new UViTConfig.Builder(TinyUViT.CONFIG);
        setting.accept(builder);
        Exception e = assertThrows(IllegalArgumentException.class, builder::build);
        assertEquals(message, e.getMessage());
    }

    @Test
    void badSettingsAreNamed() {
        refused("width must be a multiple of heads, 4, got 30", b -> b.width(30));
        refused("depth must be even, at least 2, got 3", b -> b.depth(3));
        refused("imageHeight must be a multiple of patch, 2, got 7", b -> b.image(4, 7, 8));
        refused("imageChannels must be at least 1, got 0", b -> b.image(0, 8, 8));
        refused("textTokens must be at least 1, got 0", b -> b.text(0, 8));
        refused("clipWidth must be at least 0, got -1", b -> b.clipWidth(-1));
        refused("mlpRatio must be above 0, got 0.0", b -> b.mlpRatio(0));
        refused("normEps must be above 0 and below 1, got NaN", b -> b.normEps(Double.NaN));
    }

    @Test
    void badJsonIsRefused() {
        Exception e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> UViTConfig.fromJson("{\"depht\": 4}"));
        assertTrue(e.getMessage().contains("depht"), e.getMessage());
    }
}
