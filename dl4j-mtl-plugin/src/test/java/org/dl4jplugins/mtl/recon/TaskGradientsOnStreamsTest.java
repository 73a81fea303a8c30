package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.gradient.TaskGradientListener;
import org.dl4jplugins.mtl.gradient.TaskGradients;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whose gradient is it, in a network with stacked streams. */
class TaskGradientsOnStreamsTest {

    @Test
    void copiesBelongToTheirTask() {
        shared(TestNets.mlp(), "d2", "bn1", "d1", "d3", "bn2");
        shared(TestNets.mlp(), "d1", "d2", "bn1", "d3", "bn2");
        shared(TestNets.residual(), "bn1", "conv1", "conv2", "bn2", "fc");
        shared(TestNets.branches(), "d2", "d1", "e1", "bn", "d3", "d4");
        shared(TestNets.branches(), "d3", "d1", "e1", "d2", "bn", "d4");
        shared(TestNets.recurrent(), "lstm2", "lstm1", "bi", "dense", "attention", "last", "fc");
    }

    private static void shared(TestNets.Case c, String split, String... remaining) {
        Set<String> names =
                SharedLayers.of(modified(c, split)).stream()
                        .map(SharedLayer::name)
                        .collect(Collectors.toSet());
        assertEquals(Set.of(remaining), names);
    }

    @Test
    void taskGradientsAreThoseOfSeparateNetworks() {
        check(TestNets.mlp(), "d2");
        check(TestNets.residual(), "bn1", "fc");
        check(TestNets.branches(), "d2", "d3");
    }

    private static void check(TestNets.Case c, String... split) {
        ComputationGraph modified = modified(c, split);
        Nd4j.getRandom().setSeed(5);
        modified.params().addi(Nd4j.rand(DataType.DOUBLE, modified.params().shape()).muli(0.3));
        Twins twins = new Twins(c.net(), modified);
        INDArray[] matrix = new INDArray[1];
        modified.setListeners(
                new TaskGradientListener() {
                    @Override
                    protected void onTaskGradients(
                            ComputationGraph model, TaskGradients gradients) {
                        matrix[0] = gradients.matrix().dup();
                    }
                });
        List<SharedLayer> layers = SharedLayers.of(modified);
        modified.fit(c.data());
        assertNotNull(matrix[0]);
        List<String> tasks = c.net().getConfiguration().getNetworkOutputs();
        for (int t = 0; t < tasks.size(); t++) {
            INDArray expected = null;
            for (SharedLayer layer : layers) {
                INDArray g = twins.taskGradient(t, layer, c.data());
                expected = expected == null ? g : Nd4j.concat(0, expected, g);
            }
            Twins.assertClose(tasks.get(t), expected, matrix[0].getRow(t), 1e-10);
        }
    }

    private static ComputationGraph modified(TestNets.Case c, String... split) {
        return new ReconTransformer.Builder(c.net())
                .layers(split)
                .init(ReconInit.FROM_TRAINED)
                .build()
                .transform();
    }
}
