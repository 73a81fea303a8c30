package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UViTWeightsTest {
    private static final UViTConfig CONFIG =
            new UViTConfig.Builder(TinyUViT.CONFIG)
                    .qkvBias(true)
                    .timeMlp(true)
                    .finalConvolution(true)
                    .build();

    @TempDir private Path folder;
    private final UViTWeights weights = new UViTWeights(CONFIG);
    private ComputationGraph graph;
    private Path file;

    @BeforeEach
    void save() throws Exception {
        graph = UViT.create(CONFIG, TinyUViT.training(DataType.FLOAT));
        Nd4j.getRandom().setSeed(3);
        graph.params().addi(Nd4j.randn(graph.params().shape()).muli(0.1));
        file = folder.resolve("weights.safetensors");
        weights.save(graph, file);
    }

    private Map<String, INDArray> tensors(String prefix) throws Exception {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (SafeTensors source = SafeTensors.open(file)) {
            for (String name : source.names()) {
                tensors.put(prefix + name, source.read(name));
            }
        }
        return tensors;
    }

    private void write(Map<String, INDArray> tensors) throws Exception {
        SafeTensorsWriter.write(file, tensors, Map.of());
    }

    private ComputationGraph fresh() {
        return UViT.create(CONFIG, TinyUViT.training(DataType.FLOAT).seed(77));
    }

    @Test
    void everyParameterReturnsWithAndWithoutAPrefix() throws Exception {
        ComputationGraph other = fresh();
        weights.load(other, file);
        assertEquals(graph.params(), other.params());
        write(tensors("module."));
        ComputationGraph prefixed = fresh();
        weights.load(prefixed, file);
        assertEquals(graph.params(), prefixed.params());
    }

    @Test
    void projectionsAreLayersOfTheirOwnThatAdaptersFind() {
        for (String name : new String[] {"q", "k", "v", "proj"}) {
            LayerVertex vertex =
                    (LayerVertex)
                            graph.getConfiguration().getVertices().get("mid_block.attn." + name);
            assertTrue(vertex.getLayerConf().getLayer() instanceof Linear, name);
        }
    }

    private void refused(String... parts) {
        ComputationGraph other = fresh();
        INDArray before = other.params().dup();
        Exception e = assertThrows(IllegalArgumentException.class, () -> weights.load(other, file));
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
        assertEquals(before, other.params());
    }

    @Test
    void misfitsAreNamedAndChangeNothing() throws Exception {
        Map<String, INDArray> tensors = tensors("");
        INDArray norm = tensors.remove("norm.weight");
        write(tensors);
        refused(file.toString(), "norm.weight [32] is missing");
        tensors.put("norm.weight", Nd4j.zeros(DataType.FLOAT, 31));
        write(tensors);
        refused("norm.weight has shape [31], the configuration gives [32]");
        tensors.put("norm.weight", norm);
        tensors.put("lora.weight", norm);
        write(tensors);
        refused("lora.weight has no place in the configuration");
    }

    @Test
    void graphOfAnotherKindIsRefused() {
        ComputationGraph other =
                UViT.create(
                        new UViTConfig.Builder(CONFIG).timeMlp(false).build(),
                        TinyUViT.training(DataType.FLOAT));
        Exception e = assertThrows(IllegalArgumentException.class, () -> weights.load(other, file));
        assertTrue(e.getMessage().contains("time_img_embed.0"), e.getMessage());
    }
}
