package org.dl4jplugins.multimodal.easygen;

/** Where projected image tokens enter a language model. */
public enum Alignment {
    /**
     * Among the embeddings of the prompt's tokens, in the places of placeholders: Pre-Align, for
     * decoders alone and for encoders with a decoder.
     */
    PRE,
    /**
     * Between encoder and decoder: the decoder attends to the image tokens and, behind them, to the
     * encoder's output. Mid-Align, for encoders with a decoder.
     */
    MID
}
