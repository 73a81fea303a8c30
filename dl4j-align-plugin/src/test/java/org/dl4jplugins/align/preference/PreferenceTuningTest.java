package org.dl4jplugins.align.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.PreferenceExample;
import org.dl4jplugins.align.data.PreferenceIterator;
import org.dl4jplugins.align.data.TextEncoder;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraInit;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class PreferenceTuningTest {

    /** Letters are tokens. */
    private static final class Letters implements TextEncoder {
        @Override
        public int[] encode(String text) {
            return text.chars().map(c -> 3 + c % 32).toArray();
        }

        @Override
        public int vocabularySize() {
            return 35;
        }

        @Override
        public OptionalInt beginToken() {
            return OptionalInt.of(1);
        }

        @Override
        public OptionalInt endToken() {
            return OptionalInt.of(2);
        }

        @Override
        public OptionalInt paddingToken() {
            return OptionalInt.of(0);
        }
    }

    private static final double BETA = 0.5;

    private static ComputationGraph llama() {
        Nd4j.getRandom().setSeed(5);
        ComputationGraph graph =
                ModelFamilies.standard()
                        .init(
                                new LlamaConfig.Builder(35)
                                        .hiddenSize(16)
                                        .intermediateSize(24)
                                        .blocks(2)
                                        .heads(2)
                                        .maxPositions(32)
                                        .build(),
                                ModelOptions.defaults());
        graph.params().addi(Nd4j.randn(graph.params().shape()).muli(0.1));
        return graph;
    }

    private static ComputationGraph lora(ComputationGraph graph, BasePlacement placement) {
        return new LoraTransformer.Builder(graph)
                .config(config().base(placement).updater(new Adam(0.01)).build())
                .build()
                .transform();
    }

    private static LoraConfig.Builder config() {
        return new LoraConfig.Builder().targets("q_proj", "v_proj", "o_proj").rank(4);
    }

    private static PreferenceIterator pairs() {
        List<PreferenceExample> examples = new ArrayList<>();
        String[] prompts = {"ab", "cde", "f", "ghij", "kl", "mno", "p", "qrs"};
        for (int i = 0; i < prompts.length; i++) {
            String chosen = "xy".repeat(1 + i % 2);
            examples.add(new PreferenceExample(TextExample.of(prompts[i], chosen), "zw"));
        }
        return new PreferenceIterator.Builder(new Letters(), examples).batch(3).seed(4).build();
    }

    private static double[] bruteForce(ComputationGraph graph, MultiDataSet batch) {
        INDArray ids = batch.getFeatures(0);
        double[] sums = new double[(int) ids.size(0)];
        for (int row = 0; row < sums.length; row++) {
            INDArray mask = batch.getFeaturesMaskArray(0);
            int length = mask.getRow(row).sumNumber().intValue();
            INDArray alone = Nd4j.create(1, length);
            for (int t = 0; t < length; t++) {
                alone.putScalar(0, t, ids.getDouble(row, t));
            }
            INDArray p = Nd4j.nn().softmax(graph.outputSingle(alone));
            for (int t = 0; t < length; t++) {
                if (batch.getLabelsMaskArray(0).getDouble(row, t) == 1) {
                    sums[row] += Math.log(p.getDouble(0, t, batch.getLabels(0).getInt(row, t)));
                }
            }
        }
        return sums;
    }

    @ParameterizedTest
    @EnumSource
    void learnsWhatIsPreferredFromTheBaseAsReference(BasePlacement placement) {
        ComputationGraph base = llama();
        INDArray before = base.params().dup();
        ComputationGraph lora = lora(base, placement);
        ComputationGraph tuned = PreferenceTuning.of(lora, BETA);
        assertEquals(lora.params(), tuned.params());
        ReferenceIterator data = ReferenceIterator.adaptersOff(pairs(), tuned);
        PreferenceRewards start = PreferenceRewards.of(tuned, data);
        assertEquals(8, start.pairs());
        assertEquals(Math.log(2), start.loss(), 1e-5);
        assertEquals(0, start.margin(), 1e-5);
        PreferenceListener listener = new PreferenceListener();
        tuned.addListeners(listener);
        tuned.fit(data, 12);
        PreferenceRewards end = PreferenceRewards.of(tuned, data);
        assertTrue(end.accuracy() > 0.9 && end.margin() > 1, end.toString());
        assertTrue(end.loss() < 0.4, end.toString());
        assertEquals(36, listener.history().size());
        assertTrue(listener.history().get(35).margin() > listener.history().get(0).margin());
        assertEquals(before, base.params());

        MultiDataSet plain = pairs().next();
        ReferenceIterator fresh = ReferenceIterator.adaptersOff(pairs(), tuned);
        MultiDataSet judged = fresh.next();
        double[] reference = bruteForce(base, plain);
        double[] learned = bruteForce(tuned, plain);
        long time = plain.getLabels(0).size(1);
        double margin = 0;
        for (int row = 0; row < reference.length; row++) {
            assertEquals(reference[row], judged.getLabels(0).getDouble(row, time), 1e-4);
            int sign = row < reference.length / 2 ? 1 : -1;
            margin += sign * BETA * (learned[row] - reference[row]) / (reference.length / 2.0);
        }
        PreferenceRewards batch =
                PreferenceRewards.of(tuned, new SingletonMultiDataSetIterator(judged));
        assertEquals(margin, batch.margin(), 1e-3);

        ComputationGraph model = PreferenceTuning.languageModel(tuned);
        assertEquals(tuned.params(), model.params());
        assertEquals(tuned.getIterationCount(), model.getIterationCount());
        assertInstanceOf(TokenLossLayer.class, model.getLayer("logits").conf().getLayer());
        double loss = model.score(plain);
        model.fit(plain);
        assertTrue(model.score(plain) < loss);
    }

    @Test
    void laterEpochsReadTheFirstOnesReference() {
        ComputationGraph tuned = PreferenceTuning.of(lora(llama(), BasePlacement.INSIDE), BETA);
        ReferenceIterator data = ReferenceIterator.adaptersOff(pairs(), tuned);
        assertFalse(data.asyncSupported());
        while (data.hasNext()) {
            data.next();
        }
        data.reset();
        ReferenceIterator fresh = ReferenceIterator.adaptersOff(pairs(), tuned);
        while (fresh.hasNext()) {
            fresh.next();
        }
        fresh.reset();
        tuned.params().assign(Double.NaN);
        for (int i = 0; i < 3; i++) {
            INDArray labels = data.next().getLabels(0);
            assertEquals(labels, fresh.next().getLabels(0));
            assertTrue(Double.isFinite(labels.sumNumber().doubleValue()));
        }
    }

    @Test
    void anotherGraphAsReference() {
        ComputationGraph base = llama();
        ComputationGraph whole = PreferenceTuning.of(base.clone(), BETA);
        ReferenceIterator data = ReferenceIterator.of(pairs(), base);
        assertEquals(Math.log(2), PreferenceRewards.of(whole, data).loss(), 1e-5);
        whole.fit(data, 4);
        assertTrue(PreferenceRewards.of(whole, data).margin() > 0);
    }

    @Test
    void refusesWhatCannotBeRight() {
        ComputationGraph base = llama();
        refused(() -> ReferenceIterator.adaptersOff(pairs(), base), "LoraLayer");
        assertThrows(DL4JInvalidConfigException.class, () -> PreferenceTuning.of(base, 0));
        ComputationGraph tuned = PreferenceTuning.of(base, BETA);
        refused(() -> PreferenceTuning.of(tuned, BETA), "TokenLossLayer", "PreferenceLossLayer");
        refused(() -> PreferenceTuning.languageModel(base), "[logits]");
        refused(
                () -> PreferenceRewards.of(base, ReferenceIterator.of(pairs(), base)),
                "PreferenceTuning.of");
        ComputationGraph pissa =
                new LoraTransformer.Builder(base)
                        .config(config().init(LoraInit.PISSA).build())
                        .build()
                        .transform();
        refused(() -> ReferenceIterator.adaptersOff(pairs(), pissa), "PiSSA", "originalGraph");
        ComputationGraph head =
                new LoraTransformer.Builder(base)
                        .config(config().modulesToSave("lm_head").build())
                        .build()
                        .transform();
        refused(() -> ReferenceIterator.adaptersOff(pairs(), head), "\"lm_head\"", "learn");
    }

    private static void refused(Runnable body, String... parts) {
        String message = assertThrows(IllegalArgumentException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }
}
