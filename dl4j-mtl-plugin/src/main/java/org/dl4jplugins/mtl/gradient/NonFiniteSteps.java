package org.dl4jplugins.mtl.gradient;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A listener's way with steps whose losses or gradients are not finite. */
final class NonFiniteSteps {

    private static final Logger LOG = LoggerFactory.getLogger(NonFiniteSteps.class);

    private final ThreadLocal<ParameterSnapshot> skipped = new ThreadLocal<>();
    private volatile OnNonFinite action = OnNonFinite.STOP;

    /**
     * @throws IllegalArgumentException if there is no action
     */
    void set(OnNonFinite newAction) {
        if (newAction == null) {
            throw new IllegalArgumentException("action: null; use STOP or SKIP");
        }
        action = newAction;
    }

    boolean stop() {
        return action == OnNonFinite.STOP;
    }

    /** Remembers what {@link #restore} is to bring back after the step. */
    void skip(ComputationGraph graph, NonFiniteGradientException e) {
        LOG.warn("Iteration {} is skipped: {}", graph.getIterationCount(), e.getMessage());
        skipped.set(ParameterSnapshot.of(graph));
    }

    /** Drops what an interrupted step may have left. */
    void forget() {
        skipped.remove();
    }

    /** Undoes the step if it is one to skip. */
    void restore() {
        ParameterSnapshot snapshot = skipped.get();
        if (snapshot != null) {
            skipped.remove();
            snapshot.restore();
        }
    }
}
