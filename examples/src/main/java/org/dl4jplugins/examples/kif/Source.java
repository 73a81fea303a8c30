package org.dl4jplugins.examples.kif;

import java.util.Locale;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/** What the tasks of a benchmark are made of. */
public enum Source {
    /** MNIST, the pixels of each task in an order of its own; those of the first as they are. */
    PERMUTED_MNIST,
    /** MNIST, some of the digits in each task, which is named by them, such as {@code 0 1}. */
    SPLIT_MNIST,
    /** Texts in files named as the tasks, answered by label texts. */
    TEXT;

    /** In lower case, as in settings files. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Source of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
