package org.dl4jplugins.align.generation;

/** Probabilities of logits. */
final class Softmax {

    private Softmax() {}

    static double[] of(float[] logits) {
        double[] result = log(logits);
        for (int i = 0; i < result.length; i++) {
            result[i] = Math.exp(result[i]);
        }
        return result;
    }

    /** Logarithms of the probabilities. */
    static double[] log(float[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            if (Float.isNaN(logit)) {
                throw new IllegalStateException(
                        "The model's logits are NaN: its weights or its input are broken");
            }
            largest = Math.max(largest, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - largest);
        }
        double[] result = new double[logits.length];
        double normalizer = largest + Math.log(sum);
        for (int i = 0; i < logits.length; i++) {
            result[i] = logits[i] - normalizer;
        }
        return result;
    }
}
