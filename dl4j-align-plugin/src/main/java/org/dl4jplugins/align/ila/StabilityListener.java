package org.dl4jplugins.align.ila;

import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Watches a training until its loss is epsilon-stable: the end of the paper's first stage. What
 * stable means is in {@link StabilityCriterion}.
 *
 * <pre>{@code
 * StabilityListener stability =
 *         new StabilityListener(new StabilityCriterion.Builder().epsilon(0.02).build());
 * graph.addListeners(stability);
 * graph.fit(stability.until(iterator), 100); // ends early once stable
 * System.out.println(stability.criterion());
 * }</pre>
 */
public final class StabilityListener extends BaseTrainingListener {

    private final StabilityCriterion criterion;

    /**
     * Makes a listener for one training.
     *
     * @param criterion takes the losses
     */
    public StabilityListener(StabilityCriterion criterion) {
        this.criterion = criterion;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        criterion.add(model.score());
    }

    /** {@return what decides, with the reason to stop if there is one} */
    public StabilityCriterion criterion() {
        return criterion;
    }

    /** {@return whether the training may stop} */
    public boolean done() {
        return criterion.stop() != null;
    }

    /**
     * A view of a training's data that ends when the training may stop, so that an ordinary {@code
     * fit} stops.
     *
     * @param data the data; not read ahead by another thread
     * @return the same batches until {@link #done}, none afterwards
     */
    public MultiDataSetIterator until(MultiDataSetIterator data) {
        return new StoppingIterator(data, this::done);
    }
}
