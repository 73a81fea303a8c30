package org.dl4jplugins.align.preference;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;

/** Keeps rewards, margin and accuracy of every training step. */
public final class PreferenceListener extends BaseTrainingListener {
    private final List<PreferenceRewards> history = new ArrayList<>();

    /** Creates a listener without history; add it to a graph made by {@link PreferenceTuning}. */
    public PreferenceListener() {}

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        history.add(PreferenceLossRuntime.of((ComputationGraph) model).rewards());
    }

    /**
     * The rewards of the batches, each before its step.
     *
     * @return one entry per step since the listener was added
     */
    public List<PreferenceRewards> history() {
        return List.copyOf(history);
    }
}
