package org.dl4jplugins.align.llm;

/**
 * Reads the numbers of an architecture; messages name the file, the key, its value and the rule.
 */
final class ConfigReader {
    private static final int MOST_BLOCKS = 10_000;

    private final HfConfig config;

    ConfigReader(HfConfig config) {
        this.config = config;
    }

    int positive(String key) {
        return atLeast(1, key, config.integer(key));
    }

    /** A number of blocks, which must not cost memory before the weights are seen to be there. */
    int blocks(String key, Integer otherwise) {
        int value = otherwise == null ? config.integer(key) : config.integer(key, otherwise);
        check(value >= 1 && value <= MOST_BLOCKS, key, value, "from 1 to " + MOST_BLOCKS);
        return value;
    }

    int positive(String key, int otherwise) {
        return atLeast(1, key, config.integer(key, otherwise));
    }

    private int atLeast(int least, String key, int value) {
        check(value >= least, key, value, "at least " + least);
        return value;
    }

    double above0(String key, double otherwise) {
        double value = config.number(key, otherwise);
        check(value > 0 && value < Double.POSITIVE_INFINITY, key, value, "above 0");
        return value;
    }

    /** A probability of dropping something. */
    double dropout(String key, double otherwise) {
        double value = config.number(key, otherwise);
        check(value >= 0 && value < 1, key, value, "at least 0 and below 1");
        return value;
    }

    /** The padding token, -1 for none, which {@code null} means too. */
    int padding(int otherwise) {
        int vocabulary = positive("vocab_size");
        boolean none = config.keys().contains("pad_token_id") && !config.has("pad_token_id");
        int padding = none ? -1 : config.integer("pad_token_id", otherwise);
        check(padding < vocabulary, "pad_token_id", padding, "below vocab_size " + vocabulary);
        return Math.max(padding, -1);
    }

    void check(boolean right, String key, Object value, String expected) {
        Need.that(right, key + " in " + config.source(), value, expected);
    }
}
