package org.dl4jplugins.tests.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.ila.ScoreModel;
import org.dl4jplugins.align.ila.ScoreSettings;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.HfConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.Pooling;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.core.accel.CpuTuning;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.ops.transforms.Transforms;

/** One measurement in a process of its own: an encoder of MiniLM-L6's size with a head. */
final class EncoderSteps {
    private static final int VOCABULARY = 30522;
    private static final int CLASSES = 4;

    private EncoderSteps() {}

    /**
     * Measures.
     *
     * @param args mode (forward, lora, shared, scores, full), batch, tokens, warm-up steps,
     *     measured steps
     */
    public static void main(String[] args) {
        CpuTuning.apply();
        int batch = Integer.parseInt(args[1]);
        int tokens = Integer.parseInt(args[2]);
        ComputationGraph net = network(args[0], tokens);
        MultiDataSet data = data(batch, tokens);
        INDArray ids = data.getFeatures(0);
        StepTimer.print(
                "encoder-" + args[0] + " batch=" + batch + " tokens=" + tokens,
                Integer.parseInt(args[3]),
                Integer.parseInt(args[4]),
                args[0].equals("forward") ? () -> net.output(ids) : () -> net.fit(data));
    }

    static ComputationGraph network(String mode, int tokens) {
        ComputationGraph base = encoder(tokens);
        if (mode.equals("forward") || mode.equals("full")) {
            return base;
        }
        LoraConfig config =
                new LoraConfig.Builder()
                        .rank(8)
                        .alpha(16)
                        .targets("query", "value")
                        .modulesToSave("classifier")
                        .base(mode.equals("lora") ? BasePlacement.INSIDE : BasePlacement.SHARED)
                        .build();
        ComputationGraph lora =
                new LoraTransformer.Builder(base).config(config).build().transform();
        return mode.equals("scores")
                ? ScoreModel.of(lora, new ScoreSettings.Builder().build()).graph()
                : lora;
    }

    private static ComputationGraph encoder(int tokens) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("model_type", "bert");
        values.put("vocab_size", VOCABULARY);
        values.put("hidden_size", 384);
        values.put("num_hidden_layers", 6);
        values.put("num_attention_heads", 12);
        values.put("intermediate_size", 1536);
        values.put("hidden_act", "gelu");
        values.put("max_position_embeddings", 512);
        values.put("type_vocab_size", 2);
        values.put("layer_norm_eps", 1e-12);
        HfConfig config = HfConfig.of(values);
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.SEQUENCE_CLASSIFICATION)
                        .pooling(Pooling.MEAN)
                        .labels(CLASSES)
                        .tokenTypes(false)
                        .dropout(false) // as in the PyTorch script
                        .updater(new Adam(1e-3))
                        .build();
        ComputationGraph graph =
                new ComputationGraph(
                        ModelFamilies.standard().of(config).configuration(config, options));
        graph.init();
        return graph;
    }

    static MultiDataSet data(int batch, int tokens) {
        Nd4j.getRandom().setSeed(1);
        INDArray ids = Nd4j.rand(batch, tokens).muli(VOCABULARY - 1);
        INDArray labels = Nd4j.zeros(batch, CLASSES);
        for (int i = 0; i < batch; i++) {
            labels.putScalar(i, i % CLASSES, 1);
        }
        return new MultiDataSet(new INDArray[] {Transforms.floor(ids)}, new INDArray[] {labels});
    }
}
