package org.dl4jplugins.core.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Saved, loaded and trained on: as if nothing had happened in between. */
final class SerializationCheck {
    private SerializationCheck() {}

    static void run(Subject subject) throws IOException {
        ComputationGraph original = subject.network(subject.seeds()[0]);
        MultiDataSet batch = subject.batch(original.params().dataType());
        Subject.fit(original, batch, 1);
        Subject.fit(original, batch, 2);

        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ModelSerializer.writeModel(original, file, true);
        ComputationGraph restored =
                ModelSerializer.restoreComputationGraph(
                        new ByteArrayInputStream(file.toByteArray()), true);
        same("saved", original, restored);
        Agreement.same(
                "outputs after loading, output",
                Subject.outputs(original, batch),
                Subject.outputs(restored, batch));
        for (int step = 3; step < 5; step++) {
            Subject.fit(original, batch, step);
            Subject.fit(restored, batch, step);
            same("step " + (step - 2) + " after loading", original, restored);
        }
    }

    private static void same(String when, ComputationGraph original, ComputationGraph restored) {
        Agreement.same(when + ": parameters", original.params(), restored.params());
        INDArray state = original.getUpdater().getUpdaterStateViewArray();
        if (state != null) {
            INDArray other = restored.getUpdater().getUpdaterStateViewArray();
            Agreement.holds(other != null, when + ": the updater's state is lost");
            Agreement.same(when + ": updater state", state, other);
        }
        Agreement.holds(
                original.getIterationCount() == restored.getIterationCount(),
                when
                        + ": iteration "
                        + original.getIterationCount()
                        + " became "
                        + restored.getIterationCount());
    }
}
