package org.dl4jplugins.align.transformer;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.nd4j.linalg.api.buffer.DataType;

/** DL4J casts ids to the type of the network, which must be able to hold them. */
final class WholeNumbers {
    private static final long HALF_LIMIT = 1L << 11;
    private static final long FLOAT_LIMIT = 1L << 24;

    private WholeNumbers() {}

    static void check(DataType type, long vocabulary, String layer) {
        long limit =
                switch (type) {
                    case HALF -> HALF_LIMIT;
                    case FLOAT -> FLOAT_LIMIT;
                    default -> Long.MAX_VALUE;
                };
        if (vocabulary > limit) {
            throw new DL4JInvalidConfigException(
                    layer
                            + ": a network of type "
                            + type
                            + " holds token ids exactly up to "
                            + limit
                            + " only, the vocabulary has "
                            + vocabulary);
        }
    }
}
