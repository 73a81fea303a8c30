package org.dl4jplugins.align.peft;

import static org.dl4jplugins.align.peft.PeftRoundTrip.lora;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraInit;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** What lies where in files, and what is refused. */
class PeftFilesTest {
    @TempDir Path folder;

    private static ComputationGraph twoLinear() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .updater(new Adam(0.1))
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("a.q", new Linear.Builder().nIn(3).nOut(2).build(), "x")
                                .addLayer("a.k", new Linear.Builder().nIn(2).nOut(2).build(), "a.q")
                                .setOutputs("a.k")
                                .build());
        graph.init();
        return graph;
    }

    /** As PEFT writes it: A [rank, in], B [out, rank], scaling alpha / rank. */
    @Test
    void readsPeftsLayout() throws Exception {
        double[][] a = {{1, 2, 3}};
        double[][] b = {{0.5}, {-1}};
        Files.writeString(
                folder.resolve(PeftConfig.FILE),
                "{\"peft_type\": \"LORA\", \"r\": 1, \"lora_alpha\": 4, \"target_modules\": [\"q\"],"
                        + " \"bias\": \"none\", \"lora_bias\": true, \"eva_config\": null,"
                        + " \"init_lora_weights\": true}");
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        tensors.put("base_model.model.a.q.lora_A.weight", Nd4j.createFromArray(a));
        tensors.put("base_model.model.a.q.lora_B.weight", Nd4j.createFromArray(b));
        SafeTensorsWriter.write(folder.resolve(PeftFiles.TENSORS), tensors, Map.of());
        ComputationGraph base = twoLinear();
        PeftLoad load = PeftFiles.load(base, folder, "default", BasePlacement.SHARED, true);
        assertEquals(List.of("lora_bias"), load.unknownSettings());
        double[] x = {0.3, -0.2, 0.7};
        double xa = 1 * x[0] + 2 * x[1] + 3 * x[2];
        INDArray w = base.getParam("a.q_W");
        INDArray k = base.getParam("a.k_W");
        INDArray input = Nd4j.createFromArray(new double[][] {x});
        INDArray hidden = input.mmul(w);
        hidden.putScalar(0, 0, hidden.getDouble(0, 0) + 4 * xa * 0.5);
        hidden.putScalar(0, 1, hidden.getDouble(0, 1) - 4 * xa);
        INDArray expected = hidden.mmul(k);
        INDArray actual = load.graph().outputSingle(input);
        assertTrue(expected.equalsWithEps(actual, 1e-12), expected + " " + actual);
    }

    @Test
    void strictNamesEveryTensorThatDoesNotFit() throws Exception {
        ComputationGraph base = twoLinear();
        ComputationGraph graph = lora(base, new LoraConfig.Builder().targets("q", "k"));
        PeftFiles.save(graph, "default", folder);
        Path file = folder.resolve(PeftFiles.TENSORS);
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        try (SafeTensors all = SafeTensors.open(file)) {
            for (String name : all.names()) {
                String changed = name.replace("a.k.lora_B", "a.v.lora_B");
                tensors.put(changed, all.read(name, DataType.DOUBLE));
            }
        }
        SafeTensorsWriter.write(file, tensors, Map.of());
        String message =
                assertThrows(IllegalArgumentException.class, () -> PeftFiles.load(base, folder))
                        .getMessage();
        assertTrue(message.contains("[base_model.model.a.k.lora_B.weight]"), message);
        assertTrue(message.contains("[base_model.model.a.v.lora_B.weight]"), message);
        PeftLoad load = PeftFiles.load(base, folder, "default", BasePlacement.INSIDE, false);
        assertEquals(List.of("base_model.model.a.k.lora_B.weight"), load.missing());
        assertEquals(List.of("base_model.model.a.v.lora_B.weight"), load.unexpected());

        tensors.put("base_model.model.a.q.lora_A.weight", Nd4j.ones(2, 3));
        SafeTensorsWriter.write(file, tensors, Map.of());
        assertTrue(
                assertThrows(
                                IllegalArgumentException.class,
                                () ->
                                        PeftFiles.load(
                                                base,
                                                folder,
                                                "default",
                                                BasePlacement.INSIDE,
                                                false))
                        .getMessage()
                        .contains("[2, 3]"));
        SafeTensorsWriter.write(file, Map.of("other", Nd4j.ones(1)), Map.of());
        assertThrows(
                IllegalArgumentException.class,
                () -> PeftFiles.load(base, folder, "default", BasePlacement.INSIDE, false));
    }

    @Test
    void otherAdaptersLieInSubFoldersAndWholeModulesAreSaved() throws Exception {
        ComputationGraph base = twoLinear();
        LoraConfig config =
                new LoraConfig.Builder()
                        .adapterName("french")
                        .targets("q")
                        .modulesToSave("k")
                        .init(LoraInit.GAUSSIAN)
                        .build();
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config).build().transform();
        graph.getParam("a.k_W").assign(7);
        PeftFiles.save(graph, "french", folder, new PeftOrigin("base/model", "CAUSAL_LM"));
        assertTrue(Files.isRegularFile(folder.resolve("french").resolve(PeftFiles.TENSORS)));
        ComputationGraph loaded =
                PeftFiles.load(base, folder, "french", BasePlacement.INSIDE, true).graph();
        assertEquals(graph.params(), loaded.params());
        assertFalse(base.params().equals(graph.params()));
        assertThrows(
                IllegalArgumentException.class, () -> PeftFiles.save(graph, "default", folder));
    }
}
