package org.dl4jplugins.mtl.balance;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The last steps of a balancer. */
final class StepHistory {

    private final int size;
    private final Deque<BalancedStep> steps = new ArrayDeque<>();
    private BalancedStep last;

    StepHistory(int size) {
        this.size = size;
    }

    void add(ComputationGraph graph, double[] losses, double[][] weights) {
        last = new BalancedStep(graph.getIterationCount(), graph.getEpochCount(), losses, weights);
        steps.add(last);
        if (steps.size() > size) {
            steps.removeFirst();
        }
    }

    List<BalancedStep> steps() {
        return List.copyOf(steps);
    }

    Optional<BalancedStep> last() {
        return Optional.ofNullable(last);
    }
}
