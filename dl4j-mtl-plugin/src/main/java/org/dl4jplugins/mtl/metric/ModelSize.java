package org.dl4jplugins.mtl.metric;

import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How large a network is, as the paper's column #P counts: weights, biases, and the scale and shift
 * of batch normalization, but not its running statistics.
 */
public final class ModelSize {

    private ModelSize() {}

    /** Number of parameters without running statistics. */
    public static long parameters(ComputationGraph graph) {
        long parameters = 0;
        for (GraphVertex vertex : graph.getVertices()) {
            Map<String, INDArray> table = vertex.paramTable(false);
            if (table == null) {
                continue;
            }
            for (Map.Entry<String, INDArray> parameter : table.entrySet()) {
                if (vertex.updaterDivideByMinibatch(parameter.getKey())) {
                    parameters += parameter.getValue().length();
                }
            }
        }
        return parameters;
    }

    /** Size in MB of 2^20 bytes, four bytes per parameter. */
    public static double megabytes(ComputationGraph graph) {
        return megabytes(parameters(graph));
    }

    /** Size in MB of 2^20 bytes of so many parameters of four bytes. */
    public static double megabytes(long parameters) {
        return parameters * 4.0 / (1 << 20);
    }
}
