package org.dl4jplugins.multimodal.diffusion.training;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Exponential moving average of a network's weights, with which diffusion models are sampled:
 * average = decay average + (1 - decay) weights after each iteration.
 *
 * <p>Add it to a network's listeners, and put the average into the network for as long as it is
 * needed:
 *
 * <pre>{@code
 * WeightAverage average = new WeightAverage.Builder(graph).decay(0.999).build();
 * graph.addListeners(average);
 * graph.fit(data);
 * try (WeightAverage.InUse use = average.use()) {
 *     INDArray prediction = graph.outputSingle(x);
 * }
 * }</pre>
 *
 * <p>All parameters are averaged, frozen ones and running statistics too. Iterations of other
 * networks, such as clones that share the listener, do not count.
 */
public final class WeightAverage extends BaseTrainingListener {

    private final Model model;
    private final double decay;
    private final boolean warmUp;
    private final INDArray average;
    private long updates;
    private boolean inUse;

    private WeightAverage(Builder builder) {
        model = builder.model;
        decay = builder.decay;
        warmUp = builder.warmUp;
        average = model.params().dup();
    }

    /** The average stands in the network until this is closed. */
    public final class InUse implements AutoCloseable {
        private boolean closed;

        private InUse() {}

        /** Puts the network's own weights back; once more does nothing. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                exchange();
                inUse = false;
            }
        }
    }

    /**
     * Puts the average into the network. Its own weights are kept and come back when the result is
     * closed; training in between is refused.
     *
     * @return to be closed
     * @throws IllegalStateException if the average is in the network already
     */
    public InUse use() {
        requireOwnWeights("use the average");
        inUse = true;
        exchange();
        return new InUse();
    }

    private void exchange() {
        INDArray weights = model.params();
        INDArray kept = weights.dup();
        weights.assign(average);
        average.assign(kept);
    }

    private void requireOwnWeights(String what) {
        if (inUse) {
            throw new IllegalStateException(
                    "Cannot " + what + " while the average is in the network; close its use first");
        }
    }

    @Override
    public void onForwardPass(Model trained, Map<String, INDArray> activations) {
        if (trained == model) {
            requireOwnWeights("train");
        }
    }

    @Override
    public void onForwardPass(Model trained, List<INDArray> activations) {
        if (trained == model) {
            requireOwnWeights("train");
        }
    }

    @Override
    public void iterationDone(Model trained, int iteration, int epoch) {
        if (trained == model) {
            double kept = currentDecay();
            average.muli(kept);
            Nd4j.getBlasWrapper()
                    .level1()
                    .axpy(average.length(), 1 - kept, model.params(), average);
            updates++;
        }
    }

    /** {@return the decay of the next update} */
    public double currentDecay() {
        return warmUp ? Math.min(decay, (1.0 + updates) / (10.0 + updates)) : decay;
    }

    /** {@return how many iterations are in the average} */
    public long updates() {
        return updates;
    }

    /**
     * The average.
     *
     * @return a copy, in the order and shape of the network's {@code params()}
     * @throws IllegalStateException while it is in the network
     */
    public INDArray weights() {
        requireOwnWeights("copy the average");
        return average.dup();
    }

    boolean isOf(Model other) {
        return model == other;
    }

    /** {@return decay and warm-up in words} */
    @Override
    public String toString() {
        return "weight average " + decay + (warmUp ? ", warmed up" : "");
    }

    /**
     * Writes the state.
     *
     * @param out is left open
     * @throws IOException if it cannot be written
     * @throws IllegalStateException while the average is in the network
     */
    public void write(DataOutputStream out) throws IOException {
        requireOwnWeights("write the average");
        out.writeLong(updates);
        Nd4j.write(average, out);
    }

    /**
     * Reads a state that {@link #write} wrote.
     *
     * @param in is left open
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is of a network of another size or type; the average
     *     is then unchanged
     * @throws IllegalStateException while the average is in the network
     */
    public void read(DataInputStream in) throws IOException {
        requireOwnWeights("read the average");
        long saved = in.readLong();
        average.assign(ModelState.read(in, average, "average"));
        updates = saved;
    }

    /** Settings of an average. */
    public static final class Builder {
        private final Model model;
        private double decay = 0.9999;
        private boolean warmUp;

        /**
         * Starts with decay 0.9999 and no warm-up, as UniDiffuser and BiDiffuser do.
         *
         * @param model an initialized network, whose present weights are the first average
         */
        public Builder(Model model) {
            this.model = Objects.requireNonNull(model, "model");
        }

        /**
         * Sets how much of the average stays at an iteration.
         *
         * @param decay 0 or more and below 1, 0.9999 by default
         * @return this builder
         */
        public Builder decay(double decay) {
            this.decay = decay;
            return this;
        }

        /**
         * Chooses a warm-up, for short trainings, in which the first weights would stay visible.
         *
         * @param warmUp whether the decay of update n, from 0, is at most (1 + n) / (10 + n); false
         *     by default
         * @return this builder
         */
        public Builder warmUp(boolean warmUp) {
            this.warmUp = warmUp;
            return this;
        }

        /**
         * Makes the average.
         *
         * @return a listener that starts with the network's present weights
         * @throws IllegalArgumentException if the decay is out of range or the network is not
         *     initialized
         */
        public WeightAverage build() {
            Check.that(decay >= 0 && decay < 1, "decay", decay, "0 or more and below 1");
            INDArray weights = model.params();
            Check.that(
                    weights != null && !weights.isEmpty(),
                    "model",
                    weights == null
                            ? "one that is not initialized"
                            : Arrays.toString(weights.shape()),
                    "an initialized one with parameters");
            return new WeightAverage(this);
        }
    }
}
