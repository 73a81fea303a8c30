package org.dl4jplugins.core.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.iter.NdIndexIterator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Backpropagation against central differences, parameter by parameter, by name.
 *
 * <p>DL4J's own utility pairs names and offsets wrongly in graphs with parallel branches and does
 * not say which parameter failed. Random numbers restart at each evaluation, so dropout may be
 * present. Parameters that DL4J updates without a gradient (running statistics) are left out.
 */
final class GradientCheck {
    private static final double STEP = 1e-6;
    private static final double RELATIVE = 1e-5;
    private static final double ABSOLUTE = 1e-8;

    private GradientCheck() {}

    static void run(Subject subject) {
        for (long seed : subject.seeds()) {
            ComputationGraph network = subject.inDouble(seed);
            Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
            Subject.workspaces(network, WorkspaceMode.NONE);
            MultiDataSet batch = subject.batch(DataType.DOUBLE);
            Subject.gradient(network, batch, seed);
            Map<String, INDArray> gradients = network.gradient().gradientForVariable();
            long examples = batch.getFeatures(0).size(0);
            int checked = 0;
            List<String> failures = new ArrayList<>();
            for (GraphVertex vertex : network.getVertices()) {
                if (vertex.numParams() == 0) {
                    continue;
                }
                for (Map.Entry<String, INDArray> p : vertex.paramTable(false).entrySet()) {
                    if (!vertex.updaterDivideByMinibatch(p.getKey())) {
                        continue;
                    }
                    String name = vertex.getVertexName() + "_" + p.getKey();
                    INDArray gradient = gradients.get(name);
                    Agreement.holds(gradient != null, "no gradient for parameter " + name);
                    INDArray mean = gradient.dup().divi(examples);
                    compare(network, batch, seed, name, p.getValue(), mean, failures);
                    checked++;
                }
            }
            Agreement.holds(checked > 0, "there is no parameter below or in the layer to check");
            Agreement.holds(
                    failures.isEmpty(),
                    "seed "
                            + seed
                            + ", "
                            + failures.size()
                            + " wrong gradients: "
                            + String.join("; ", failures.subList(0, Math.min(5, failures.size()))));
        }
    }

    private static void compare(
            ComputationGraph network,
            MultiDataSet batch,
            long seed,
            String name,
            INDArray parameter,
            INDArray gradient,
            List<String> failures) {
        NdIndexIterator indices = new NdIndexIterator(parameter.shape());
        while (indices.hasNext()) {
            long[] at = indices.next();
            double value = parameter.getDouble(at);
            parameter.putScalar(at, value + STEP);
            double above = loss(network, batch, seed);
            parameter.putScalar(at, value - STEP);
            double below = loss(network, batch, seed);
            parameter.putScalar(at, value);
            double numeric = (above - below) / (2 * STEP);
            double backward = gradient.getDouble(at);
            double error = Math.abs(numeric - backward);
            boolean right =
                    error <= ABSOLUTE
                            || error <= RELATIVE * (Math.abs(numeric) + Math.abs(backward));
            if (!right) {
                failures.add(
                        name
                                + java.util.Arrays.toString(at)
                                + " is "
                                + backward
                                + ", differences say "
                                + numeric);
            }
        }
    }

    private static double loss(ComputationGraph network, MultiDataSet batch, long seed) {
        Nd4j.getRandom().setSeed(seed);
        double score = network.score(batch, true);
        return score - network.calcRegularizationScore(true);
    }
}
