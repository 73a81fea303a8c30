package org.dl4jplugins.align.lora;

/** Which biases of the base network train with the adapters (PEFT's {@code bias}). */
public enum BiasMode {
    /** None. */
    NONE,
    /** Every bias of the network, also those of layers without an adapter. */
    ALL,
    /** The biases of layers that have an adapter. */
    LORA_ONLY
}
