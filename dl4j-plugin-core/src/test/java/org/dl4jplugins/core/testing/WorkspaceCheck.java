package org.dl4jplugins.core.testing;

import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.MultiDataSet;

/** With workspaces and without: the same numbers over several steps, as workspaces learn. */
final class WorkspaceCheck {
    private static final double TOLERANCE = 1e-9;

    private WorkspaceCheck() {}

    static void run(Subject subject) {
        long seed = subject.seeds()[0];
        ComputationGraph without = subject.inDouble(seed);
        ComputationGraph with = subject.inDouble(seed);
        Subject.workspaces(without, WorkspaceMode.NONE);
        Subject.workspaces(with, WorkspaceMode.ENABLED);
        MultiDataSet batch = subject.batch(DataType.DOUBLE);
        for (int step = 1; step <= 4; step++) {
            Agreement.close(
                    "outputs with workspaces before step " + step + ", output",
                    Subject.outputs(without, batch),
                    Subject.outputs(with, batch),
                    TOLERANCE);
            Subject.fit(without, batch, step);
            Subject.fit(with, batch, step);
            Agreement.close(
                    "parameters with workspaces after step " + step,
                    without.params(),
                    with.params(),
                    TOLERANCE);
        }
    }
}
