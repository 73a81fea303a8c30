package org.dl4jplugins.mtl.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Task gradients of many kinds of graphs, to 1e-10, with and without workspaces. */
class TaskGradientsTest {

    private static final Set<Zoo> SLOW = Set.of(Zoo.ATTENTION, Zoo.FORTY_TASKS);

    static Stream<Arguments> graphs() {
        List<Arguments> all = new ArrayList<>();
        for (WorkspaceMode mode : List.of(WorkspaceMode.NONE, WorkspaceMode.ENABLED)) {
            for (Zoo kind : Zoo.values()) {
                if (mode == WorkspaceMode.NONE && SLOW.contains(kind)) {
                    continue;
                }
                for (int tasks : kind.tasks) {
                    all.add(Arguments.of(kind, mode, tasks));
                }
            }
        }
        return all.stream();
    }

    @ParameterizedTest(name = "{0} {1} {2} tasks")
    @MethodSource("graphs")
    void equalSeparatePassesAndSumToTheWhole(Zoo kind, WorkspaceMode mode, int tasks) {
        ComputationGraph graph = kind.graph(mode, tasks);
        List<MultiDataSet> batches = new ArrayList<>();
        for (int i = 0; i < (SLOW.contains(kind) ? 1 : 3); i++) {
            batches.add(kind.batch(tasks, i));
        }
        Exactness.check(graph, batches);
    }
}
