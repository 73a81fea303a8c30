package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.dl4jplugins.align.data.TextIterator;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * A data set in the jar as Arbiter wants it, a part of the training examples held out for scoring:
 * a class that it makes itself, told by properties.
 */
public final class SearchData implements DataSource {

    private static final long serialVersionUID = 1;

    private static final String SETTINGS = "settings";
    private static final String TASK = "task";
    private static final String SEED = "seed";

    private transient TextIterator train;
    private transient TextIterator test;

    static Properties properties(IlaSettings settings, String task, long seed) {
        Properties properties = new Properties();
        properties.setProperty(SETTINGS, settings.toJson());
        properties.setProperty(TASK, task);
        properties.setProperty(SEED, Long.toString(seed));
        return properties;
    }

    @Override
    public void configure(Properties properties) {
        long seed = Long.parseLong(properties.getProperty(SEED));
        IlaSettings settings = IlaSettings.parse(properties.getProperty(SETTINGS), SETTINGS);
        try (HfTokenizer tokenizer = MiniLm.tokenizer()) {
            TaskData all =
                    TaskData.embedded(properties.getProperty(TASK))
                            .limited(settings.trainExamples(), 0);
            ClassificationData data =
                    new ClassificationData(HeldOut.of(all, seed), settings, tokenizer);
            train = data.train(seed);
            test = data.test();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Object trainData() {
        return train;
    }

    @Override
    public Object testData() {
        return test;
    }

    @Override
    public Class<?> getDataType() {
        return MultiDataSetIterator.class;
    }
}
