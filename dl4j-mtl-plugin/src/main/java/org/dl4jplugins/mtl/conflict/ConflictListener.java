package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.TaskGradientListener;
import org.dl4jplugins.mtl.gradient.TaskGradients;

/**
 * Counts, while a network trains as usual, in which shared layers the tasks' gradients point
 * against each other (Recon, algorithm 1 part 1). It changes nothing in the training.
 *
 * <pre>{@code
 * ConflictListener conflicts = new ConflictListener.Builder().build();
 * graph.setListeners(conflicts);
 * graph.fit(iterator, 40);
 * List<String> disputed = conflicts.report().top(25, -0.1);
 * }</pre>
 *
 * <p>It works with every {@link ComputationGraph} that has at least two loss outputs; the outputs
 * are the tasks. A layer's weights and biases count as one vector, batch norm is a layer of its
 * own. Memory depends on the numbers of layers, tasks and epochs, not of iterations. What an
 * iteration with NaN or infinite gradients does is set with {@link #setOnNonFinite}; such an
 * iteration is never counted.
 *
 * <p>One listener may watch several copies of a network that train at the same time or one after
 * the other; for separate reports, to be {@linkplain ConflictReport#merge merged} or not, use
 * separate listeners.
 */
public final class ConflictListener extends TaskGradientListener {

    private final ConflictSettings settings;
    private final List<String> chosen;
    private final List<String> chosenLayers;
    private final long planned;
    private ConflictRecorder recorder;

    private ConflictListener(Builder builder) {
        Set<Double> severities = new TreeSet<>(Comparator.reverseOrder());
        for (double severity : builder.thresholds) {
            severities.add(severity + 0.0);
        }
        settings =
                new ConflictSettings(
                        builder.bins.with(builder.thresholds),
                        List.copyOf(severities),
                        builder.every);
        chosen = builder.tasks;
        chosenLayers = builder.layers;
        planned = (builder.planned + builder.every - 1) / builder.every;
    }

    @Override
    protected boolean wanted(int iteration) {
        return iteration % settings.every() == 0;
    }

    @Override
    protected synchronized void onTaskGradients(ComputationGraph model, TaskGradients gradients) {
        List<SharedLayer> layers = recorded(gradients);
        if (recorder == null) {
            recorder = recorder(gradients, layers);
        } else if (!recorder.layers().equals(layers)) {
            throw new IllegalStateException(
                    "This listener has recorded another architecture, use a new one; shared layers"
                            + " before and now: "
                            + Architecture.difference(recorder.layers(), layers));
        }
        recorder.record(model.getEpochCount(), gradients.gramians());
    }

    private List<SharedLayer> recorded(TaskGradients gradients) {
        if (chosenLayers.isEmpty()) {
            return gradients.layers();
        }
        List<String> unknown = new ArrayList<>(chosenLayers);
        gradients.layers().forEach(layer -> unknown.remove(layer.name()));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "layers: "
                            + unknown
                            + " given, the network's shared layers are "
                            + gradients.layers().stream().map(SharedLayer::name).toList());
        }
        return gradients.layers().stream()
                .filter(layer -> chosenLayers.contains(layer.name()))
                .toList();
    }

    private ConflictRecorder recorder(TaskGradients gradients, List<SharedLayer> layers) {
        List<String> tasks = chosen.isEmpty() ? gradients.tasks() : chosen;
        int[] indices = tasks.stream().mapToInt(gradients.tasks()::indexOf).toArray();
        for (int i = 0; i < indices.length; i++) {
            if (indices[i] < 0) {
                throw new IllegalArgumentException(
                        "tasks: '"
                                + tasks.get(i)
                                + "' given, the network's outputs are "
                                + gradients.tasks());
            }
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "The outputs " + gradients.tasks() + " share no layer with parameters");
        }
        return new ConflictRecorder(tasks, indices, layers, settings, planned);
    }

    /**
     * What was counted so far. May be asked for at any time, also during training; what comes later
     * does not change it.
     *
     * @return a snapshot
     * @throws IllegalStateException if no iteration was recorded yet
     */
    public synchronized ConflictReport report() {
        if (recorder == null) {
            throw new IllegalStateException(
                    "Nothing recorded yet: attach the listener to a graph and train it");
        }
        return new ConflictReport(recorder.snapshot());
    }

    /** Forgets everything that was counted. */
    public synchronized void reset() {
        recorder = null;
    }

    /** Settings of a {@link ConflictListener}, each with a default. */
    public static final class Builder {

        private double[] thresholds = {0, -0.01, -0.02, -0.05, -0.1, -0.15};
        private CosineBins bins = CosineBins.DEFAULT;
        private int every = 1;
        private List<String> tasks = Collections.emptyList();
        private List<String> layers = Collections.emptyList();
        private long planned;

        /**
         * The severities S that tables of the report show; each can be asked for exactly, as can
         * every cut of the {@linkplain #bins bins}.
         *
         * @param severities values in (-1, 0]; default 0, -0.01, -0.02, -0.05, -0.1, -0.15, the
         *     values of the paper's experiments and of its table 6
         * @return this builder
         */
        public Builder thresholds(double... severities) {
            this.thresholds = severities.clone();
            return this;
        }

        /**
         * Where histograms of cosines are cut.
         *
         * @param cuts the bins; default {@link CosineBins#DEFAULT}. The thresholds are added
         * @return this builder
         */
        public Builder bins(CosineBins cuts) {
            this.bins = cuts;
            return this;
        }

        /**
         * Looks at every n-th iteration only, to save time: the others cost what they always do.
         *
         * @param n at least 1, the default
         * @return this builder
         */
        public Builder every(int n) {
            this.every = n;
            return this;
        }

        /**
         * Compares only some of the tasks.
         *
         * @param names at least two names of outputs; default all outputs
         * @return this builder
         */
        public Builder tasks(String... names) {
            this.tasks = List.of(names);
            return this;
        }

        /**
         * Records only some of the shared layers, as if they were all: for instance those that will
         * stay shared, to compare them with the modified network's. The whole model's cosine is
         * then that of the gradients with respect to these layers.
         *
         * @param names of shared layers; default all
         * @return this builder
         */
        public Builder layers(String... names) {
            this.layers = List.of(names);
            return this;
        }

        /**
         * How many iterations the training will have. With it the report's quarters of the training
         * are exact, without it they begin and end at most 1/64 of the training beside the exact
         * place.
         *
         * @param iterations epochs times batches, 0 (the default) for unknown
         * @return this builder
         */
        public Builder plannedIterations(long iterations) {
            this.planned = iterations;
            return this;
        }

        /**
         * Builds the listener.
         *
         * @return the listener
         * @throws IllegalArgumentException if a value is not as described
         */
        public ConflictListener build() {
            if (thresholds.length == 0) {
                throw new IllegalArgumentException(
                        "thresholds: none given, right are values in (-1, 0]");
            }
            for (double severity : thresholds) {
                if (!(severity > -1 && severity <= 0)) {
                    throw new IllegalArgumentException(
                            "thresholds: " + severity + " given, right are values in (-1, 0]");
                }
            }
            if (bins == null) {
                throw new IllegalArgumentException("bins: null given, right are bins");
            }
            if (every < 1) {
                throw new IllegalArgumentException(
                        "every: " + every + " given, right is 1 or more");
            }
            if (tasks.size() == 1 || new LinkedHashSet<>(tasks).size() < tasks.size()) {
                throw new IllegalArgumentException(
                        "tasks: " + tasks + " given, right are at least two different names");
            }
            if (planned < 0) {
                throw new IllegalArgumentException(
                        "plannedIterations: " + planned + " given, right is 0 or more");
            }
            return new ConflictListener(this);
        }
    }
}
