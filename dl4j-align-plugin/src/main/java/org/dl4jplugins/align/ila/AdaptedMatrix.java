package org.dl4jplugins.align.ila;

/**
 * One weight matrix that has an increment: what the paper calls a layer (arXiv 2410.17875, version
 * 1: one entry of the mask for each incremental weight matrix).
 *
 * @param layer the vertex that holds it, {@code model.layers.0.self_attn.q_proj}
 * @param matrix the key of the parameter in that vertex, {@code W}, or {@code RW} for the recurrent
 *     weights of an LSTM
 * @param inputs how many numbers go in; for a convolution its input channels times its kernel size
 * @param outputs how many numbers come out
 */
public record AdaptedMatrix(String layer, String matrix, long inputs, long outputs) {

    /** The key that most layers give their only weight matrix. */
    static final String USUAL = "W";

    /** Checks the values. */
    public AdaptedMatrix {
        Ensure.that(layer != null && !layer.isBlank(), "layer: '%s' given, right is a name", layer);
        Ensure.that(
                matrix != null && !matrix.isBlank(), "matrix: '%s' given, right is a key", matrix);
        Ensure.that(
                inputs > 0 && outputs > 0,
                "%s: %d inputs and %d outputs given, right are at least 1",
                layer,
                inputs,
                outputs);
    }

    /**
     * The name by which reports and masks call it.
     *
     * @return the vertex's name, for a matrix other than {@code W} followed by a slash and the key:
     *     {@code lstm/RW}
     */
    public String name() {
        return USUAL.equals(matrix) ? layer : layer + "/" + matrix;
    }
}
