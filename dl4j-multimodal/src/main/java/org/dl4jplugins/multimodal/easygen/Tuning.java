package org.dl4jplugins.multimodal.easygen;

import java.util.Objects;
import org.dl4jplugins.align.lora.LoraConfig;

/**
 * What of an {@link ImageLanguageModel} learns: the projection always, and of the language model
 * nothing, low-rank increments, or everything.
 *
 * <pre>{@code
 * Tuning.projection()                                   // the language model is frozen
 * Tuning.lora(new LoraConfig.Builder().targets("q_proj", "v_proj").rank(8).build())
 * Tuning.projection().matching(1)                       // Mid-Align: L_ITG + L_ITDM
 * }</pre>
 */
public final class Tuning {
    private final LoraConfig lora;
    private final boolean full;
    private final double matching;

    private Tuning(LoraConfig lora, boolean full, double matching) {
        this.lora = lora;
        this.full = full;
        this.matching = matching;
    }

    /**
     * The projection alone.
     *
     * @return a tuning
     */
    public static Tuning projection() {
        return new Tuning(null, false, 0);
    }

    /**
     * The projection and low-rank increments of the language model.
     *
     * @param config of the increments; the projection's layers need not be named
     * @return a tuning
     */
    public static Tuning lora(LoraConfig config) {
        return new Tuning(Objects.requireNonNull(config, "config"), false, 0);
    }

    /**
     * The projection and the whole language model.
     *
     * @return a tuning
     */
    public static Tuning full() {
        return new Tuning(null, true, 0);
    }

    /**
     * This tuning with the distance between projected latents and the encoder's states of the
     * captions, L_ITDM of the paper, as a second loss: {@code (1/N) sum over N tokens ||d_diff -
     * d_llm||^2}. For {@link Alignment#MID}.
     *
     * @param weight against the loss of the text, above 0; 1 in the paper
     * @return a new tuning
     * @throws IllegalArgumentException if the weight is not above 0 and finite
     */
    public Tuning matching(double weight) {
        Require.that(weight > 0 && Double.isFinite(weight), "weight", weight, "above 0 and finite");
        return new Tuning(lora, full, weight);
    }

    /** The increments' settings, or null. */
    LoraConfig lora() {
        return lora;
    }

    /** Whether the whole language model learns. */
    boolean isFull() {
        return full;
    }

    /** Weight of the second loss, 0 for none. */
    double matching() {
        return matching;
    }

    @Override
    public String toString() {
        String what = full ? "full" : lora == null ? "projection" : "lora";
        return "Tuning(" + what + (matching > 0 ? ", matching=" + matching : "") + ")";
    }
}
