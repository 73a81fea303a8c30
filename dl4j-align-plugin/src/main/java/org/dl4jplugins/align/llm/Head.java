package org.dl4jplugins.align.llm;

/** What a model's graph ends with. Module paths follow the Hugging Face class named beside each. */
public enum Head {
    /**
     * Logits over the vocabulary and a masked token loss, output {@code logits}: LlamaForCausalLM,
     * T5ForConditionalGeneration, BertForMaskedLM.
     */
    LANGUAGE_MODEL,
    /** BERT's masked tokens and next-sentence heads, outputs {@code logits} and {@code nsp}. */
    PRE_TRAINING,
    /**
     * One vector for each sequence, a linear layer and a softmax over the labels, output {@code
     * classes}: LlamaForSequenceClassification, BertForSequenceClassification.
     */
    SEQUENCE_CLASSIFICATION,
    /**
     * The last hidden states of the encoder (of the decoder for decoder-only models), pooled if a
     * {@link Pooling} is chosen: LlamaModel, BertModel, T5EncoderModel.
     */
    ENCODER,
    /** The last hidden states of the whole model: as ENCODER, but T5's decoder (T5Model). */
    NONE
}
