package org.dl4jplugins.examples.ila;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.InstructionIterator;
import org.dl4jplugins.align.data.TextEncoder;
import org.dl4jplugins.align.data.TextIterator;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfTextEncoder;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.TokenEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A language model learns the answers to prompts. An answer is right if greedy decoding would give
 * exactly its tokens and then end: if, each time the tokens before are given, the most likely next
 * token is the answer's.
 */
final class InstructionTask implements TuningTask {

    private static final int TEST_BATCH = 16;

    private final TaskData data;
    private final IlaSettings settings;
    private final TextEncoder encoder;
    private final ComputationGraph base;

    InstructionTask(TaskData data, IlaSettings settings, HfCheckpoint model) {
        this.data = data.limited(settings.trainExamples(), settings.testExamples());
        this.settings = settings;
        encoder = new HfTextEncoder(model.tokenizer());
        base = model.graph();
    }

    @Override
    public String name() {
        return data.name();
    }

    @Override
    public ComputationGraph adapted(long seed, IUpdater updater) {
        return new LoraTransformer.Builder(base)
                .config(Lora.config(settings, seed).updater(updater).allLinear().build())
                .build()
                .transform();
    }

    @Override
    public TextIterator train(long seed) {
        return new InstructionIterator.Builder(encoder, data.train())
                .maxLength(settings.maxLength())
                .batch(settings.batch())
                .groupByLength(true)
                .seed(seed)
                .build();
    }

    @Override
    public TestScore test(ComputationGraph graph) {
        TextIterator test =
                new InstructionIterator.Builder(encoder, data.test())
                        .maxLength(settings.maxLength())
                        .batch(TEST_BATCH)
                        .shuffle(false)
                        .groupByLength(true)
                        .build();
        TokenEvaluation tokens = new TokenEvaluation();
        int right = 0;
        int all = 0;
        while (test.hasNext()) {
            MultiDataSet batch = test.next();
            INDArray mask = batch.getLabelsMaskArray(0);
            INDArray logits =
                    graph.output(
                                    false,
                                    batch.getFeatures(),
                                    batch.getFeaturesMaskArrays(),
                                    batch.getLabelsMaskArrays())[0];
            tokens.eval(batch.getLabels(0), logits, mask);
            right += exact(logits.argMax(-1), batch.getLabels(0), mask);
            all += (int) mask.size(0);
        }
        return new TestScore(100.0 * right / all, tokens.crossEntropy());
    }

    private static int exact(INDArray chosen, INDArray labels, INDArray mask) {
        int right = 0;
        for (long row = 0; row < mask.size(0); row++) {
            boolean same = true;
            for (long t = 0; t < mask.size(1) && same; t++) {
                same =
                        mask.getDouble(row, t) == 0
                                || chosen.getInt((int) row, (int) t)
                                        == labels.getInt((int) row, (int) t);
            }
            right += same ? 1 : 0;
        }
        return right;
    }
}
