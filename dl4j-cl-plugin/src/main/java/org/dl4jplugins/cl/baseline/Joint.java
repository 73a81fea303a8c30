package org.dl4jplugins.cl.baseline;

import java.util.SplittableRandom;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.Rows;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Multi-task learning, the upper bound: from the first step on, each batch is drawn from the
 * training data of all tasks, as large as the batch of the stream that it replaces. All data are
 * held in memory.
 *
 * <p>In a class-incremental stream the classes of all tasks compete from the start.
 */
public final class Joint implements ContinualMethod {

    private Memory all;

    @Override
    public String describe() {
        return "joint";
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        if (all == null) {
            all = new FractionMemory(1, false);
            for (int task = 0; task < learner.stream().size(); task++) {
                all.add(
                        task,
                        learner.stream().task(task).train().open(0),
                        new SplittableRandom(task));
            }
        }
        boolean classes = learner.stream().scenario() == Scenario.CLASS_INCREMENTAL;
        learner.fit(
                all.draw(Rows.count(batch), learner.random(1)),
                classes ? learner.stream().size() - 1 : learner.task());
    }
}
