package org.dl4jplugins.align.lora;

/**
 * A weight matrix that can have increments.
 *
 * @param name key of the layer's parameter, such as "W"
 * @param in rows of the matrix and of A [in, rank]
 * @param out columns of the matrix and of B [rank, out]
 */
public record LoraMatrix(String name, long in, long out) {
    /** Number of values that an increment of a rank adds. */
    long increment(int rank) {
        return (in + out) * rank;
    }
}
