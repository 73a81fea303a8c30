package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraPlan;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.lora.SharedBase;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** A checkpoint's weights serve a graph with adapters without ever being its parameters. */
class CheckpointWeightsTest {

    @ParameterizedTest
    @CsvSource({
        "llama_tiny, q_proj, v_proj, train.ids",
        "t5_tiny_relu, q, v, train.decoder_ids",
        "bert_tiny, query, value, train.types"
    })
    void frozenWeightsStayOutsideTheParameters(
            String name, String first, String second, String lastInput) throws IOException {
        Golden golden = Golden.load(name);
        Path folder = Golden.folder("hf_" + name);
        HfConfig config = HfConfig.read(folder.resolve(HfConfig.FILE));
        ModelOptions options = new ModelOptions.Builder().head(Head.LANGUAGE_MODEL).build();
        ModelFamily family = ModelFamilies.standard().of(config);
        ComputationGraphConfiguration base = family.configuration(config, options);
        LoraConfig lora =
                new LoraConfig.Builder()
                        .rank(2)
                        .targets(first, second)
                        .base(BasePlacement.SHARED)
                        .build();
        LoraPlan plan = new LoraTransformer.Builder(base).config(lora).build().plan();
        INDArray ids = golden.array("train.ids").castTo(DataType.FLOAT);
        INDArray last = golden.array(lastInput).castTo(DataType.FLOAT);
        INDArray[] inputs =
                name.equals("llama_tiny") ? new INDArray[] {ids} : new INDArray[] {ids, last};
        try (CheckpointTensors tensors = CheckpointTensors.open(folder)) {
            CheckpointMatch match =
                    CheckpointMatch.of(family.weights(config, options), tensors, name);
            ComputationGraph adapted = new ComputationGraph(plan.apply(base));
            adapted.init();
            SharedBase.attach(adapted, new CheckpointWeights(match, DataType.FLOAT));
            assertEquals(plan.trainableParameters(), adapted.numParams());
            ComputationGraph whole = match.load(family.configuration(config, options));
            INDArray expected = whole.output(inputs)[0];
            assertEquals(expected, adapted.output(inputs)[0]);

            INDArray labels = inputs[inputs.length - 1];
            double before = adapted.score(new MultiDataSet(inputs, new INDArray[] {labels}));
            for (int step = 0; step < 30; step++) {
                adapted.fit(new MultiDataSet(inputs, new INDArray[] {labels}));
            }
            double after = adapted.score(new MultiDataSet(inputs, new INDArray[] {labels}));
            assertTrue(after < before, "learned from " + before + " to " + after);
        }
    }
}
