package org.dl4jplugins.core.testing;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** A clone is a twin of its own. */
final class CloneCheck {
    private CloneCheck() {}

    static void run(Subject subject) {
        long seed = subject.seeds()[0];
        ComputationGraph original = subject.network(seed);
        MultiDataSet batch = subject.batch(original.params().dataType());
        Subject.fit(original, batch, 1);
        ComputationGraph twin = original.clone();
        Agreement.same("parameters of the clone", original.params(), twin.params());
        INDArray[] outputs = Subject.outputs(original, batch);
        Agreement.same("outputs of the clone, output", outputs, Subject.outputs(twin, batch));
        Agreement.same(
                "gradient of the clone",
                Subject.gradient(original, batch, seed),
                Subject.gradient(twin, batch, seed));
        INDArray parameters = original.params().dup();
        Subject.fit(twin, batch, 2);
        Agreement.same(
                "the original's parameters after training its clone",
                parameters,
                original.params());
        Agreement.same(
                "the original after training its clone, output",
                outputs,
                Subject.outputs(original, batch));
    }
}
