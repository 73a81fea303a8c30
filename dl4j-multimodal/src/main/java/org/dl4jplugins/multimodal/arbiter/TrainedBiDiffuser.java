package org.dl4jplugins.multimodal.arbiter;

import java.util.Objects;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;

/**
 * Carries a candidate's model and its way of sampling with the graph, as Arbiter's score functions
 * are given nothing else. It does nothing in a training.
 */
public final class TrainedBiDiffuser extends BaseTrainingListener {

    private final BiDiffuser model;
    private final SamplingSettings sampling;

    /**
     * A carrier.
     *
     * @param model trained
     * @param sampling guidance, steps and what else was set
     */
    public TrainedBiDiffuser(BiDiffuser model, SamplingSettings sampling) {
        this.model = Objects.requireNonNull(model, "model");
        this.sampling = Objects.requireNonNull(sampling, "sampling");
    }

    /** {@return the model} */
    public BiDiffuser model() {
        return model;
    }

    /** {@return how the candidate samples} */
    public SamplingSettings sampling() {
        return sampling;
    }

    /**
     * What a graph's listeners carry.
     *
     * @param graph trained by a {@link BiDiffuserTaskCreator}
     * @return the model that was added last
     * @throws IllegalArgumentException if no listener carries one
     */
    public static TrainedBiDiffuser of(ComputationGraph graph) {
        TrainedBiDiffuser found = null;
        for (TrainingListener listener : graph.getListeners()) {
            found = listener instanceof TrainedBiDiffuser carrier ? carrier : found;
        }
        if (found == null) {
            throw new IllegalArgumentException(
                    "The graph has no TrainedBiDiffuser: its training was none of a"
                            + " BiDiffuserTaskCreator, or the graph was saved and read");
        }
        return found;
    }
}
