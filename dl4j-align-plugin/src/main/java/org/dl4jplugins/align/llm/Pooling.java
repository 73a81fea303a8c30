package org.dl4jplugins.align.llm;

/** How the hidden states [batch, time, width] of a sequence become one vector [batch, width]. */
public enum Pooling {
    /** They do not. */
    NONE,
    /** Mean over the tokens that the mask leaves. */
    MEAN,
    /** The first token (BERT's {@code [CLS]}). */
    FIRST,
    /** The last token that the mask leaves. */
    LAST,
    /** BERT's pooler: a dense layer with tanh on the first token. */
    POOLER
}
