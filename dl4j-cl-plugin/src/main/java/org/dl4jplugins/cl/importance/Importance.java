package org.dl4jplugins.cl.importance;

import java.util.Locale;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Smoothed importance of the selected parameters. It holds two arrays of their number (one without
 * uncertainty) and allocates nothing more as it is updated.
 */
public final class Importance {

    private final ParameterSelection selection;
    private final Smoothing smoothing;
    private final INDArray mean;
    private final INDArray deviation;
    private long updates;

    /**
     * @param selection the parameters
     * @param smoothing how steps are averaged
     * @param type FLOAT or DOUBLE, that of the model
     */
    public Importance(ParameterSelection selection, Smoothing smoothing, DataType type) {
        this.selection = selection;
        this.smoothing = smoothing;
        this.mean = Nd4j.zeros(type, selection.size());
        this.deviation = smoothing.uncertainty() ? Nd4j.zeros(type, selection.size()) : null;
    }

    /**
     * Takes one step into account.
     *
     * @param parameters the model's flat parameters
     * @param gradient its flat gradient
     * @param scale what the gradient is multiplied with, such as 1 / batch size for DL4J's sums
     * @throws IllegalStateException if the result for a parameter is not finite; the message names
     *     it, and some importances have taken the step
     */
    public void update(INDArray parameters, INDArray gradient, double scale) {
        update(parameters, gradient, false, scale);
    }

    /**
     * Takes one step into account whose gradient was kept.
     *
     * @param parameters the model's flat parameters
     * @param gradient [selected]
     * @param scale what the gradient is multiplied with
     * @throws IllegalStateException as {@link #update} does
     */
    public void updateFromSelected(INDArray parameters, INDArray gradient, double scale) {
        update(parameters, gradient, true, scale);
    }

    private void update(INDArray parameters, INDArray gradient, boolean selected, double scale) {
        Kernel kernel =
                mean.dataType() == DataType.FLOAT && FloatKernel.fits(parameters, gradient)
                        ? new FloatKernel(smoothing, mean, deviation)
                        : new PlainKernel(smoothing, mean, deviation);
        for (Segment run : selection.runs()) {
            long from = selected ? run.offset() : run.flatOffset();
            if (!kernel.update(parameters, gradient, from, run, scale)) {
                throw new IllegalStateException(
                        String.format(
                                Locale.ROOT,
                                "The importance of '%s' is not finite at step %d: its gradient or"
                                        + " its value is NaN or too large",
                                selection.notFinite(mean),
                                updates));
            }
        }
        updates++;
    }

    /** Forgets all steps. */
    public void reset() {
        mean.assign(0);
        if (deviation != null) {
            deviation.assign(0);
        }
        updates = 0;
    }

    /**
     * Takes over what was saved.
     *
     * @param saved [selected] I
     * @param savedDeviation [selected] U, null without uncertainty
     * @param steps updates it took
     */
    public void restore(INDArray saved, INDArray savedDeviation, long steps) {
        mean.assign(saved);
        if (deviation != null) {
            deviation.assign(savedDeviation);
        }
        updates = steps;
    }

    /** The parameters. */
    public ParameterSelection selection() {
        return selection;
    }

    /** How steps are averaged. */
    public Smoothing smoothing() {
        return smoothing;
    }

    /** Steps since the start or the last reset. */
    public long updates() {
        return updates;
    }

    /** I, the smoothed sensitivity [selected]; a view. */
    public INDArray mean() {
        return mean;
    }

    /** U, the smoothed deviation [selected]; a view, or null without uncertainty. */
    public INDArray deviation() {
        return deviation;
    }

    /**
     * The importance of one parameter.
     *
     * @param position in the selection
     */
    public double score(long position) {
        double i = mean.getDouble(position);
        return deviation == null ? i : i * deviation.getDouble(position);
    }

    /** The importance [selected], a new array. */
    public INDArray scores() {
        return deviation == null ? mean.dup() : mean.mul(deviation);
    }

    /** One step for adjoining parameter arrays; false if a result is not finite. */
    interface Kernel {
        boolean update(
                INDArray parameters,
                INDArray gradient,
                long gradientOffset,
                Segment segment,
                double scale);
    }
}
