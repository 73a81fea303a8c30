package org.dl4jplugins.mtl.loss;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Makes a loss on rows a mean over the valid pixels of a batch, for {@code CnnLossLayer}. DL4J
 * itself sums over pixels and divides by the number of examples, so that loss and gradient grow
 * with the picture and with the share of valid pixels; multi-task work (and Recon's reference code)
 * takes the mean over valid pixels, which keeps tasks comparable.
 *
 * <p>A pixel is valid if its label is not all zeros and its mask, if there is one, is not 0. With
 * one-hot labels that leaves out unlabeled pixels, with depth the missing measurements, with
 * normals the missing vectors. A batch without any valid pixel has loss and gradient 0.
 *
 * <ul>
 *   <li>Segmentation: {@code new PixelMeanLoss(new LossMCXENT(), height, width)} with softmax.
 *   <li>Depth: {@code new PixelMeanLoss(new LossL1(), height, width)} with identity.
 *   <li>Normals: {@code new PixelMeanLoss(new NormalsLoss(), height, width)} with identity.
 * </ul>
 */
public final class PixelMeanLoss implements ILossFunction {

    @JsonProperty private final ILossFunction loss;
    @JsonProperty private final int height;
    @JsonProperty private final int width;

    /**
     * @param loss what a pixel costs, given rows [batch * height * width, channels]
     * @param height of the output in pixels
     * @param width of the output in pixels
     */
    public PixelMeanLoss(
            @JsonProperty("loss") ILossFunction loss,
            @JsonProperty("height") int height,
            @JsonProperty("width") int width) {
        if (loss == null) {
            throw new IllegalArgumentException("loss must not be null");
        }
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "height and width must be 1 or more, got " + height + " and " + width);
        }
        this.loss = loss;
        this.height = height;
        this.width = width;
    }

    /** Column [rows, 1]: 1 where a pixel is valid, else 0. */
    private static INDArray valid(INDArray labels, INDArray preOutput, INDArray mask) {
        INDArray valid = labels.neq(0).castTo(preOutput.dataType()).max(true, 1);
        if (mask != null) {
            INDArray counts = mask.neq(0).castTo(preOutput.dataType());
            valid.muli(counts.isColumnVectorOrScalar() ? counts : counts.min(true, 1));
        }
        return valid;
    }

    /** DL4J divides by the number of examples; this makes it a division by valid pixels. */
    private double factor(INDArray labels, INDArray valid) {
        long pixels = (long) height * width;
        if (labels.size(0) % pixels != 0) {
            throw new IllegalArgumentException(
                    "Labels have "
                            + labels.size(0)
                            + " pixels, no multiple of height x width = "
                            + height
                            + " x "
                            + width);
        }
        double validPixels = valid.sumNumber().doubleValue();
        return validPixels == 0 ? 0 : labels.size(0) / (double) pixels / validPixels;
    }

    @Override
    public double computeScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activationFn,
            INDArray mask,
            boolean average) {
        double sum =
                computeScoreArray(labels, preOutput, activationFn, mask).sumNumber().doubleValue();
        return average ? sum / (labels.size(0) / ((long) height * width)) : sum;
    }

    @Override
    public INDArray computeScoreArray(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        INDArray valid = valid(labels, preOutput, mask);
        return loss.computeScoreArray(labels, preOutput, activationFn, valid)
                .mul(factor(labels, valid));
    }

    @Override
    public INDArray computeGradient(
            INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        INDArray valid = valid(labels, preOutput, mask);
        return loss.computeGradient(labels, preOutput, activationFn, valid)
                .muli(factor(labels, valid));
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels,
            INDArray preOutput,
            IActivation activationFn,
            INDArray mask,
            boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activationFn, mask, average),
                computeGradient(labels, preOutput, activationFn, mask));
    }

    @Override
    public String name() {
        return toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PixelMeanLoss mean
                && loss.equals(mean.loss)
                && height == mean.height
                && width == mean.width;
    }

    @Override
    public int hashCode() {
        return java.util.Objects.hash(loss, height, width);
    }

    @Override
    public String toString() {
        return "PixelMeanLoss(" + loss + ", " + height + " x " + width + ")";
    }
}
