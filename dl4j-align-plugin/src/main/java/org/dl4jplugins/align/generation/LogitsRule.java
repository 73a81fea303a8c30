package org.dl4jplugins.align.generation;

/** Changes the logits of the next token before it is chosen; rules apply one after another. */
@FunctionalInterface
public interface LogitsRule {

    /**
     * Applies the rule.
     *
     * @param logits [vocabulary], changed in place; negative infinity forbids a token
     * @param ids the sequence so far, for a decoder alone with its prompt
     */
    void apply(float[] logits, int[] ids);
}
