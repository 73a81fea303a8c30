package org.dl4jplugins.align.peft;

/**
 * What an adapter's file says of where it belongs; nothing is computed from it.
 *
 * @param baseModel name or path of the base model, or null
 * @param taskType PEFT's task type, such as {@code CAUSAL_LM}, {@code SEQ_2_SEQ_LM} or {@code
 *     SEQ_CLS}, or null
 */
public record PeftOrigin(String baseModel, String taskType) {
    /** Nothing known. */
    public static PeftOrigin unknown() {
        return new PeftOrigin(null, null);
    }
}
