package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.dl4jplugins.examples.data.ImageSources;

/**
 * The experiment's training data, a part held out, as Arbiter wants it: a class that it makes
 * itself, told by properties.
 */
public final class SearchData implements DataSource {

    private static final String SETTINGS = "settings";
    private static final String SEED = "seed";
    private static final String DATA = "data";

    private MultiFashionMnist data;
    private long seed;

    static Properties properties(ReconSettings settings, long seed, Path data) {
        Properties properties = new Properties();
        properties.setProperty(SETTINGS, settings.toJson());
        properties.setProperty(SEED, Long.toString(seed));
        if (data != null) {
            properties.setProperty(DATA, data.toString());
        }
        return properties;
    }

    @Override
    public void configure(Properties properties) {
        String folder = properties.getProperty(DATA);
        seed = Long.parseLong(properties.getProperty(SEED));
        try {
            data =
                    new MultiFashionMnist(
                            ImageSources.of(folder == null ? null : Path.of(folder))
                                    .validation(seed),
                            ReconSettings.parse(properties.getProperty(SETTINGS), SETTINGS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Object trainData() {
        return data.train(MultiFashionMnist.TASKS, seed);
    }

    @Override
    public Object testData() {
        return data.test(MultiFashionMnist.TASKS);
    }

    @Override
    public Class<?> getDataType() {
        return org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator.class;
    }
}
