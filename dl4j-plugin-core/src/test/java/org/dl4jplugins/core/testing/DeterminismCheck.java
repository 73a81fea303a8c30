package org.dl4jplugins.core.testing;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The same again: inference always, training from the same seed. */
final class DeterminismCheck {
    private DeterminismCheck() {}

    static void run(Subject subject) {
        long seed = subject.seeds()[0];
        ComputationGraph first = subject.network(seed);
        ComputationGraph second = subject.network(seed);
        MultiDataSet batch = subject.batch(first.params().dataType());
        INDArray parameters = first.params().dup();
        Nd4j.getRandom().setSeed(1);
        INDArray[] outputs = Subject.outputs(first, batch);
        Nd4j.getRandom().setSeed(2);
        Agreement.same("inference, second time, output", outputs, Subject.outputs(first, batch));
        Agreement.same("parameters after inference", parameters, first.params());
        for (int step = 1; step <= 2; step++) {
            Subject.fit(first, batch, step);
            Subject.fit(second, batch, step);
            Agreement.same("step " + step + " from the same seed", first.params(), second.params());
            Subject.outputs(second, batch);
        }
    }
}
