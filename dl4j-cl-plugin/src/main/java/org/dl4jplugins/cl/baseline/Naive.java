package org.dl4jplugins.cl.baseline;

import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Sequential fine-tuning: each task is learned with no regard to the others; the lower bound. */
public final class Naive implements ContinualMethod {

    @Override
    public String describe() {
        return "naive";
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        learner.fit(batch);
    }
}
