package org.dl4jplugins.align.lora;

/**
 * One adapter on one matrix.
 *
 * @param adapter its name
 * @param layer name of the layer
 * @param matrix key of the base layer's parameter
 * @param rank of A [in, rank] and B [rank, out]
 * @param scaling alpha / rank, or alpha / sqrt(rank)
 * @param weight of the adapter; 0 if it is switched off
 * @param mask gamma of the matrix in effect, its score included
 * @param trainable whether A and B learn
 * @param normA Frobenius norm of A
 * @param normB Frobenius norm of B
 * @param normChange Frobenius norm of what is added to the weights at the moment
 */
public record AdapterStatus(
        String adapter,
        String layer,
        String matrix,
        int rank,
        double scaling,
        double weight,
        double mask,
        boolean trainable,
        double normA,
        double normB,
        double normChange) {
    /**
     * Whether the adapter changes what the layer computes.
     *
     * @return false if {@link #reason()} says why not
     */
    public boolean isApplied() {
        return normChange != 0;
    }

    /**
     * Why the adapter changes nothing.
     *
     * @return "" if it changes something
     */
    public String reason() {
        if (isApplied()) {
            return Double.isFinite(normChange) ? "" : "not finite";
        }
        if (weight == 0) {
            return "switched off";
        }
        if (mask == 0) {
            return "mask is 0";
        }
        return normB == 0 ? "B is zero" : normA == 0 ? "A is zero" : "A B is zero";
    }

    /**
     * Where the increment is.
     *
     * @return layer.matrix
     */
    public String name() {
        return layer + "." + matrix;
    }

    static AdapterStatus of(LoraRuntime layer, LoraIncrement i) {
        LoraLayer conf = layer.layerConf();
        return new AdapterStatus(
                i.getAdapter(),
                conf.getLayerName(),
                i.getMatrix(),
                i.getRank(),
                i.getScaling(),
                conf.weight(i.getAdapter()),
                layer.gamma(i.getMatrix()),
                i.isTrainable(),
                layer.getParam(i.keyA()).norm2Number().doubleValue(),
                layer.getParam(i.keyB()).norm2Number().doubleValue(),
                ChangeNorm.of(layer, i));
    }
}
