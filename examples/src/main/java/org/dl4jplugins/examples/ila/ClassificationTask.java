package org.dl4jplugins.examples.ila;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextIterator;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.ops.transforms.Transforms;

/** MiniLM tells the classes of texts apart; a new linear head is trained in every run. */
final class ClassificationTask implements TuningTask {

    private static final String HEAD = "classifier";
    private static final String[] LINEAR = {"query", "key", "value", "dense"};
    private static final double DEVIATION = 0.02;

    private final IlaSettings settings;
    private final ClassificationData data;
    private final ComputationGraph base;

    ClassificationTask(TaskData data, IlaSettings settings, HfTokenizer tokenizer)
            throws IOException {
        this.settings = settings;
        this.data = new ClassificationData(data, settings, tokenizer);
        base = MiniLm.classifier(tokenizer, data.labels().size()).graph();
    }

    @Override
    public String name() {
        return data.name();
    }

    @Override
    public ComputationGraph adapted(long seed, IUpdater updater) {
        ComputationGraph graph =
                new LoraTransformer.Builder(base)
                        .config(config(seed).targets(LINEAR).updater(updater).build())
                        .build()
                        .transform();
        INDArray head = graph.getParam(HEAD + "_W");
        Nd4j.getRandom().setSeed(seed);
        head.assign(Nd4j.randn(DataType.FLOAT, head.shape()).mul(DEVIATION));
        return graph;
    }

    /** All but which layers are adapted, and how they learn. */
    LoraConfig.Builder config(long seed) {
        return Lora.config(settings, seed).modulesToSave(HEAD);
    }

    /** The model before any adaptation. */
    ComputationGraph base() {
        return base;
    }

    @Override
    public TextIterator train(long seed) {
        return data.train(seed);
    }

    @Override
    public TestScore test(ComputationGraph graph) {
        TextIterator test = data.test();
        double right = 0;
        double loss = 0;
        while (test.hasNext()) {
            MultiDataSet batch = test.next();
            INDArray classes =
                    graph.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null)[
                            0];
            INDArray labels = batch.getLabels(0);
            right +=
                    classes.argMax(1)
                            .eq(labels.argMax(1))
                            .castTo(DataType.FLOAT)
                            .sumNumber()
                            .doubleValue();
            INDArray chosen = Transforms.max(classes.mul(labels).sum(1), Float.MIN_NORMAL);
            loss -= Transforms.log(chosen).sumNumber().doubleValue();
        }
        return new TestScore(100 * right / data.testExamples(), loss / data.testExamples());
    }
}
