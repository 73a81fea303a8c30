package org.dl4jplugins.mtl.gradient;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of backward walks: one small reusable workspace per epsilon that is alive, closed when
 * the last vertex has read it, as DL4J does for its own pass. Without training workspaces
 * everything is allocated detached.
 */
final class WalkMemory {

    /** The workspace of DL4J's training activations, open during forward and backward. */
    private static final String ACTIVATIONS = "WS_ALL_LAYERS_ACT";

    private static final String WORKING = "WS_TASK_GRADIENT_WORKING";
    private static final String RNN_LOOP = "WS_TASK_GRADIENT_RNN_LOOP";
    private static final String EPSILON = "WS_TASK_GRADIENT_EPSILON_";

    private final boolean enabled;
    private final WorkspaceConfiguration perVertex;
    private final WorkspaceConfiguration firstLoop;
    private final LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
    private final Deque<LayerWorkspaceMgr> free = new ArrayDeque<>();
    private final Map<MemoryWorkspace, LayerWorkspaceMgr> open = new IdentityHashMap<>();
    private final List<List<MemoryWorkspace>> closeAt = new ArrayList<>();
    private final LayerWorkspaceMgr working;
    private int created;

    WalkMemory(ComputationGraph graph) {
        enabled = graph.getConfiguration().getTrainingWorkspaceMode() != WorkspaceMode.NONE;
        int vertices = graph.getVertices().length;
        perVertex =
                base(0.02)
                        .policyLearning(LearningPolicy.OVER_TIME)
                        .cyclesBeforeInitialization(vertices)
                        .build();
        firstLoop = base(0.05).policyLearning(LearningPolicy.FIRST_LOOP).build();
        for (int i = 0; i < vertices; i++) {
            closeAt.add(new ArrayList<>());
        }
        working = enabled ? manager(WORKING) : none;
    }

    private static WorkspaceConfiguration.WorkspaceConfigurationBuilder base(
            double overallocation) {
        return WorkspaceConfiguration.builder()
                .initialSize(0)
                .overallocationLimit(overallocation)
                .policyReset(ResetPolicy.BLOCK_LEFT)
                .policySpill(SpillPolicy.REALLOCATE)
                .policyAllocation(AllocationPolicy.OVERALLOCATE);
    }

    private LayerWorkspaceMgr manager(String epsilon) {
        return LayerWorkspaceMgr.builder()
                .with(ArrayType.INPUT, ACTIVATIONS, firstLoop)
                .with(ArrayType.ACTIVATION_GRAD, epsilon, perVertex)
                .with(ArrayType.ACTIVATIONS, WORKING, perVertex)
                .with(ArrayType.FF_WORKING_MEM, WORKING, perVertex)
                .with(ArrayType.BP_WORKING_MEM, WORKING, perVertex)
                .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, RNN_LOOP, firstLoop)
                .with(ArrayType.RNN_BP_LOOP_WORKING_MEM, RNN_LOOP, firstLoop)
                .build();
    }

    /** For work outside a walk; INPUT lives until DL4J's step has ended its backward pass. */
    LayerWorkspaceMgr outsideWalk() {
        return working;
    }

    /**
     * Opens memory for the epsilons that the vertex at hand produces.
     *
     * @param untilPosition topological position of the last vertex that reads them
     */
    LayerWorkspaceMgr openEpsilons(int untilPosition, MemoryWorkspace initial) {
        if (!enabled) {
            return none;
        }
        LayerWorkspaceMgr manager = free.isEmpty() ? manager(EPSILON + created++) : free.pop();
        MemoryWorkspace workspace = manager.notifyScopeEntered(ArrayType.ACTIVATION_GRAD);
        // These workspaces are not nested, so none may become "current" when another one closes.
        workspace.setPreviousWorkspace(initial);
        open.put(workspace, manager);
        closeAt.get(untilPosition).add(workspace);
        return manager;
    }

    /** Closes what no vertex before this topological position reads. */
    void closeAfter(int position) {
        List<MemoryWorkspace> done = closeAt.get(position);
        for (MemoryWorkspace w : done) {
            w.close();
            free.push(open.remove(w));
        }
        done.clear();
    }

    /** Ends a walk, also after an exception. */
    void closeAll(MemoryWorkspace initial) {
        for (int i = 0; i < closeAt.size(); i++) {
            closeAfter(i);
        }
        Nd4j.getMemoryManager().setCurrentWorkspace(initial);
    }
}
