package org.dl4jplugins.cl.train;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Refuses parts of a training that do not fit each other. */
final class TrainerChecks {

    private TrainerChecks() {}

    static void check(
            ComputationGraph graph,
            TaskStream stream,
            Memory memory,
            EarlyStopping early,
            int every) {
        ModelState.learning(graph);
        require(
                stream.output() < graph.getNumOutputArrays(),
                "The stream scores output %d, the graph has %d outputs",
                stream.output(),
                graph.getNumOutputArrays());
        require(every >= 0, "checkpoint steps must be at least 0, got %d", every);
        require(
                memory == null || memory.isEmpty(),
                "The memory must be empty at the start, a checkpoint fills it");
        if (graph.getOutputLayer(stream.output()).conf().getLayer()
                instanceof BaseOutputLayer head) {
            require(
                    stream.scenario() == Scenario.DOMAIN_INCREMENTAL
                            || !(head.getLossFn() instanceof LossMCXENT),
                    "%s cannot mask single outputs: give layer '%s' the loss ClassMaskedLoss",
                    head.getLossFn(),
                    head.getLayerName());
            for (Task task : stream.tasks()) {
                int[] classes = task.classes();
                require(
                        classes == null || classes[classes.length - 1] < head.getNOut(),
                        "Task %s has a class beyond the %d outputs of layer '%s'",
                        task,
                        head.getNOut(),
                        head.getLayerName());
            }
        }
        for (Task task : stream.tasks()) {
            require(
                    early == null || task.validation() != null,
                    "Early stopping needs validation data of task '%s'",
                    task.name());
        }
    }

    private static void require(boolean right, String message, Object... values) {
        if (!right) {
            throw new IllegalArgumentException(String.format(message, values));
        }
    }
}
