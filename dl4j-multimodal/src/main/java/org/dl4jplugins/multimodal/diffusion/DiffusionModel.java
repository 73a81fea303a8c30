package org.dl4jplugins.multimodal.diffusion;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A denoiser with all that is needed to understand it: schedule, kind of prediction, limits. */
public final class DiffusionModel {

    private final Denoiser denoiser;
    private final NoiseSchedule schedule;
    private final Prediction prediction;
    private final double limit;

    /**
     * A model without limits to its data.
     *
     * @param denoiser the network
     * @param schedule what it was trained with
     * @param prediction what it predicts
     */
    public DiffusionModel(Denoiser denoiser, NoiseSchedule schedule, Prediction prediction) {
        this(denoiser, schedule, prediction, Double.POSITIVE_INFINITY);
    }

    /**
     * A model whose data are known to lie between two numbers.
     *
     * @param denoiser the network
     * @param schedule what it was trained with
     * @param prediction what it predicts
     * @param limit predicted data are clipped to [-limit, limit], above 0; infinite to leave them
     * @throws IllegalArgumentException if the limit is not above 0
     */
    public DiffusionModel(
            Denoiser denoiser, NoiseSchedule schedule, Prediction prediction, double limit) {
        Require.that(limit > 0, "limit", limit, "above 0");
        this.denoiser = denoiser;
        this.schedule = schedule;
        this.prediction = prediction;
        this.limit = limit;
    }

    /** {@return the schedule the model was trained with} */
    public NoiseSchedule schedule() {
        return schedule;
    }

    /**
     * The data that the model sees in a state, one call of the network.
     *
     * @param x a state, [batch, any shape]
     * @param t its time, from 0 to 1
     * @return predicted data in a new array of x's shape and type
     * @throws IllegalStateException if the network's output has another shape
     */
    public INDArray x0(INDArray x, double t) {
        INDArray x0 = prediction.toX0(call(x, t), x, schedule, t);
        return limit < Double.POSITIVE_INFINITY ? Nd4j.math().clipByValue(x0, -limit, limit) : x0;
    }

    /**
     * The noise that the model sees in a state, one call of the network.
     *
     * @param x a state, [batch, any shape]
     * @param t its time, above 0 and up to 1
     * @return predicted noise in a new array of x's shape and type
     * @throws IllegalStateException if the network's output has another shape
     */
    public INDArray epsilon(INDArray x, double t) {
        return limit < Double.POSITIVE_INFINITY
                ? Prediction.X0.toEpsilon(x0(x, t), x, schedule, t)
                : prediction.toEpsilon(call(x, t), x, schedule, t);
    }

    private INDArray call(INDArray x, double t) {
        INDArray output = denoiser.predict(x, t);
        if (output == null || !Arrays.equals(output.shape(), x.shape())) {
            throw new IllegalStateException(
                    "The denoiser must return the shape of its state, "
                            + Arrays.toString(x.shape())
                            + ", but returned "
                            + (output == null ? "null" : Arrays.toString(output.shape())));
        }
        return output.castTo(x.dataType());
    }
}
