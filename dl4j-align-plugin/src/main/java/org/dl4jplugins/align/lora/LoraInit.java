package org.dl4jplugins.align.lora;

/**
 * How the two factors of an increment start. Except with {@link #PISSA}, B starts at zero, so that
 * the transformed network computes what the original computes.
 */
public enum LoraInit {
    /** A uniform in [-1/sqrt(in), 1/sqrt(in)] (Kaiming with a = sqrt(5)), as in PEFT. */
    KAIMING,
    /** A normal with standard deviation 1/rank. */
    GAUSSIAN,
    /**
     * PiSSA (NeurIPS 2024): the increment starts as the weight's largest singular directions and
     * the frozen base as the rest, so the sum is unchanged but the base is another one. Needs
     * {@link BasePlacement#INSIDE}.
     */
    PISSA
}
