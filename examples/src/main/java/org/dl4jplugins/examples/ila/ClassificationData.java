package org.dl4jplugins.examples.ila;

import java.util.List;
import java.util.function.Function;
import org.dl4jplugins.align.data.TextClassificationIterator;
import org.dl4jplugins.align.data.TextEncoder;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.data.TextIterator;
import org.dl4jplugins.align.llm.HfTextEncoder;
import org.dl4jplugins.align.llm.HfTokenizer;

/** A data set as MiniLM's batches. */
final class ClassificationData {

    private static final int TEST_BATCH = 32;

    private final TaskData data;
    private final IlaSettings settings;
    private final TextEncoder encoder;
    private final Function<TextExample, String> text;

    ClassificationData(TaskData data, IlaSettings settings, HfTokenizer tokenizer) {
        this.data = data.limited(settings.trainExamples(), settings.testExamples());
        this.settings = settings;
        encoder = new HfTextEncoder(tokenizer);
        text = new CommonFrame(data.train().stream().map(TextExample::input).toList())::strip;
    }

    String name() {
        return data.name();
    }

    int testExamples() {
        return data.test().size();
    }

    /** Training batches in an order drawn from the seed. */
    TextIterator train(long seed) {
        return batches(data.train(), settings.batch()).seed(seed).build();
    }

    /** Test batches. */
    TextIterator test() {
        return batches(data.test(), TEST_BATCH).shuffle(false).build();
    }

    private TextClassificationIterator.Builder batches(List<TextExample> examples, int batch) {
        return new TextClassificationIterator.Builder(encoder, examples)
                .labels(data.labels())
                .text(text)
                .maxLength(settings.maxLength())
                .batch(batch)
                .groupByLength(true);
    }
}
