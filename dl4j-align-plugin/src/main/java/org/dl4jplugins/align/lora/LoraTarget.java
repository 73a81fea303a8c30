package org.dl4jplugins.align.lora;

/**
 * A matrix that gets an increment.
 *
 * @param name what configurations call it: the layer's name, or layer.matrix if there are several
 * @param layer name of the layer
 * @param matrix its sizes
 * @param increment what is added
 */
public record LoraTarget(String name, String layer, LoraMatrix matrix, LoraIncrement increment) {
    /**
     * Number of values that the increment adds.
     *
     * @return those of A, B and the magnitude
     */
    public long parameters() {
        return matrix.increment(increment.getRank()) + (increment.isDora() ? matrix.out() : 0);
    }
}
