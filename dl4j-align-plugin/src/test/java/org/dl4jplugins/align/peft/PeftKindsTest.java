package org.dl4jplugins.align.peft;

import static org.dl4jplugins.align.peft.PeftRoundTrip.lora;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.BiasMode;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.core.io.SafeTensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Layers of other kinds than linear ones. */
class PeftKindsTest {
    @TempDir Path folder;

    private static ComputationGraph kinds() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .updater(new Adam(0.1))
                                .graphBuilder()
                                .addInputs("image", "series", "ids")
                                .addLayer(
                                        "conv",
                                        new ConvolutionLayer.Builder(3, 2).nIn(2).nOut(4).build(),
                                        "image")
                                .addLayer(
                                        "line",
                                        new Convolution1D.Builder(3).nIn(2).nOut(4).build(),
                                        "series")
                                .addLayer("lstm", new LSTM.Builder().nIn(4).nOut(4).build(), "line")
                                .addLayer(
                                        "both",
                                        new Bidirectional(
                                                new LSTM.Builder().nIn(4).nOut(4).build()),
                                        "lstm")
                                .addLayer(
                                        "words",
                                        new TokenEmbedding.Builder().nIn(7).nOut(4).build(),
                                        "ids")
                                .setOutputs("conv", "both", "words")
                                .build());
        graph.init();
        return graph;
    }

    @Test
    void convolutionsEmbeddingsAndLayersWithSeveralMatrices() throws Exception {
        ComputationGraph base = kinds();
        PeftRoundTrip.check(
                base,
                lora(
                        base,
                        new LoraConfig.Builder()
                                .targets("conv", "line", "lstm", "both", "words")
                                .bias(BiasMode.LORA_ONLY)
                                .rank(2)),
                folder);
        Map<String, String> shapes = new LinkedHashMap<>();
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            for (String name : tensors.names()) {
                shapes.put(name, Arrays.toString(tensors.shape(name)));
            }
        }
        Map<String, String> expected = new LinkedHashMap<>();
        expected.put("conv.lora_A.weight", "[2, 2, 3, 2]");
        expected.put("conv.lora_B.weight", "[4, 2, 1, 1]");
        expected.put("line.lora_A.weight", "[2, 2, 3]");
        expected.put("line.lora_B.weight", "[4, 2, 1]");
        expected.put("lstm.RW.lora_A.weight", "[2, 4]");
        expected.put("lstm.RW.lora_B.weight", "[16, 2]");
        expected.put("both.bRW.lora_B.weight", "[16, 2]");
        expected.put("both.fb.base_layer.bias", "[16]");
        expected.put("both.bb.base_layer.bias", "[16]");
        expected.put("words.lora_embedding_A", "[2, 7]");
        expected.put("words.lora_embedding_B", "[4, 2]");
        expected.forEach(
                (name, shape) -> assertEquals(shape, shapes.get("base_model.model." + name), name));
    }

    @Test
    void magnitudesAndWholeModulesOfOtherKinds() throws Exception {
        ComputationGraph base = kinds();
        PeftRoundTrip.check(
                base,
                lora(
                        base,
                        new LoraConfig.Builder()
                                .targets("conv")
                                .modulesToSave("line", "words")
                                .dora(true)
                                .rank(2)),
                folder);
        try (SafeTensors tensors = SafeTensors.open(folder.resolve(PeftFiles.TENSORS))) {
            String prefix = "base_model.model.";
            assertEquals(
                    "[1, 4, 1, 1]",
                    Arrays.toString(tensors.shape(prefix + "conv.lora_magnitude_vector")));
            assertEquals("[4, 2, 3]", Arrays.toString(tensors.shape(prefix + "line.weight")));
            assertEquals("[7, 4]", Arrays.toString(tensors.shape(prefix + "words.weight")));
        }
    }

    /** PyTorch's convolution: weights [out, in, time], no flipping. */
    @Test
    void sequenceConvolutionsMeanWhatTheyMeanInPytorch() throws Exception {
        ComputationGraph base =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .graphBuilder()
                                .addInputs("series")
                                .addLayer(
                                        "line",
                                        new Convolution1D.Builder(2)
                                                .nIn(2)
                                                .nOut(1)
                                                .hasBias(false)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "series")
                                .setOutputs("line")
                                .build());
        base.init();
        base.params().assign(0);
        ComputationGraph graph =
                lora(base, new LoraConfig.Builder().targets("line").rank(1).alpha(1));
        INDArray a = Nd4j.createFromArray(new double[][][] {{{1, 2}, {3, 4}}});
        PeftTensors.of(graph, "default").get("base_model.model.line.lora_A.weight").take(a);
        PeftTensors.of(graph, "default")
                .get("base_model.model.line.lora_B.weight")
                .take(Nd4j.ones(DataType.DOUBLE, 1, 1, 1));
        INDArray x = Nd4j.createFromArray(new double[][][] {{{5, 6, 7}, {8, 9, 10}}});
        double[] expected = {1 * 5 + 2 * 6 + 3 * 8 + 4 * 9, 1 * 6 + 2 * 7 + 3 * 9 + 4 * 10};
        INDArray actual = graph.outputSingle(x);
        assertEquals(expected[0], actual.getDouble(0, 0, 0), 1e-10);
        assertEquals(expected[1], actual.getDouble(0, 0, 1), 1e-10);
    }
}
