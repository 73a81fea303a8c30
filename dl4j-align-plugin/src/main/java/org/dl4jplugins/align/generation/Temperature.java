package org.dl4jplugins.align.generation;

/**
 * Divides all logits: above 1 for more variety, below 1 for less.
 *
 * @param temperature above 0
 */
public record Temperature(double temperature) implements LogitsRule {

    /**
     * @throws IllegalArgumentException if the temperature is not above 0
     */
    public Temperature {
        Check.positive("temperature", temperature);
    }

    @Override
    public void apply(float[] logits, int[] ids) {
        float factor = (float) (1 / temperature);
        for (int i = 0; i < logits.length; i++) {
            logits[i] *= factor;
        }
    }
}
