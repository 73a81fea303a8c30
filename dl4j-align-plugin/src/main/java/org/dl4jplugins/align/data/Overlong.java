package org.dl4jplugins.align.data;

/** What becomes of an example whose answer does not fit into the maximum length. */
public enum Overlong {
    /** An error that names the example. */
    ERROR,
    /** The example is left out; {@link EncodingSummary#skipped()} names it. */
    SKIP
}
