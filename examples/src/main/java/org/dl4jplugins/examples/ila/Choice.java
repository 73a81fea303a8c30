package org.dl4jplugins.examples.ila;

import java.util.Locale;

/** How it is decided which layers learn. */
enum Choice {
    /** All of them: plain LoRA. */
    ALL("all layers"),
    /** The highest scores of ILA's second stage. */
    ILA("ILA"),
    /** Drawn at random. */
    RANDOM("random"),
    /** Those next to the input. */
    FIRST("first"),
    /** Those next to the output. */
    LAST("last"),
    /** The largest gradients of the increments during stage 1. */
    GRADIENT("gradient norm"),
    /** The highest sensitivity of the increments during stage 1, as AdaLoRA measures it. */
    SENSITIVITY("sensitivity");

    private final String title;

    Choice(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** In lower case, for names of files. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
