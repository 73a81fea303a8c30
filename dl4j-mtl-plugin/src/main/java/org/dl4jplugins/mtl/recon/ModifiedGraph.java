package org.dl4jplugins.mtl.recon;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Builds the modified network and fills its parameters. */
final class ModifiedGraph {
    private ModifiedGraph() {}

    static ComputationGraph create(
            GraphStructure structure, List<String> split, ReconInit init, long seed) {
        SplitRules.checkSplit(structure, split);
        StreamGraphBuilder builder = new StreamGraphBuilder(structure, split);
        ComputationGraphConfiguration conf = builder.configuration();
        conf.getDefaultConfiguration().setSeed(seed);
        for (GraphVertex vertex : conf.getVertices().values()) {
            if (vertex instanceof LayerVertex layerVertex) {
                layerVertex.getLayerConf().setSeed(seed);
            }
        }
        ComputationGraph modified = new ComputationGraph(conf);
        modified.init();
        if (init == ReconInit.FROM_TRAINED) {
            builder.origins()
                    .forEach(
                            (name, original) ->
                                    copyParameters(
                                            structure.graph().getVertex(original).paramTable(false),
                                            modified.getVertex(name).paramTable(false)));
        }
        return modified;
    }

    private static void copyParameters(Map<String, INDArray> from, Map<String, INDArray> to) {
        from.forEach((key, value) -> to.get(key).assign(value));
    }
}
