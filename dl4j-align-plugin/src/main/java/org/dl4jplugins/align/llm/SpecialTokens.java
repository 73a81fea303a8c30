package org.dl4jplugins.align.llm;

import java.util.List;
import java.util.OptionalInt;

/**
 * The ids of tokens with a meaning of their own. Which of them a model has depends on its family.
 *
 * @param bos begins a text
 * @param eos those that end a text, usually one; empty if none does
 * @param pad fills short rows of a batch
 * @param unk stands for what the vocabulary lacks
 * @param cls begins what BERT reads
 * @param sep ends each part of what BERT reads
 * @param mask stands for a hidden token
 * @param decoderStart what an encoder-decoder's decoder begins with
 */
public record SpecialTokens(
        OptionalInt bos,
        List<Integer> eos,
        OptionalInt pad,
        OptionalInt unk,
        OptionalInt cls,
        OptionalInt sep,
        OptionalInt mask,
        OptionalInt decoderStart) {

    /** Copies the list. */
    public SpecialTokens {
        eos = List.copyOf(eos);
    }

    /**
     * The id to fill short rows with. They are masked, so any id will do where a model has none for
     * this purpose.
     *
     * @return the padding token, else the first that ends a text, else 0
     */
    public int padOrAny() {
        return pad.orElseGet(() -> eos.isEmpty() ? 0 : eos.get(0));
    }
}
