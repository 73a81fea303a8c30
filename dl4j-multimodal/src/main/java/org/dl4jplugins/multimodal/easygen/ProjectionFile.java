package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The weights of a projection as safetensors, matrices [out, in] as in PyTorch. */
final class ProjectionFile {
    private final Map<String, INDArray> parameters = new LinkedHashMap<>();

    ProjectionFile(ComputationGraph graph, ProjectionConfig config) {
        for (String name : ProjectionParts.layers(config)) {
            Layer layer = graph.getLayer(name);
            parameters.put(name + ".weight", layer.getParam("W").transpose());
            parameters.put(name + ".bias", layer.getParam("b").reshape(-1));
        }
    }

    void save(Path file) throws IOException {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        parameters.forEach(
                (name, values) -> tensors.put(name, values.castTo(DataType.FLOAT).dup('c')));
        SafeTensorsWriter.write(file, tensors, Map.of("format", "pt"));
    }

    void load(Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            Set<String> names = new LinkedHashSet<>(source.names());
            Require.that(
                    names.equals(parameters.keySet()),
                    "tensors in " + file,
                    names,
                    "those of this projection, " + parameters.keySet());
            for (Map.Entry<String, INDArray> p : parameters.entrySet()) {
                Require.that(
                        Arrays.equals(source.shape(p.getKey()), p.getValue().shape()),
                        "shape of " + p.getKey() + " in " + file,
                        Arrays.toString(source.shape(p.getKey())),
                        Arrays.toString(p.getValue().shape()));
            }
            for (Map.Entry<String, INDArray> p : parameters.entrySet()) {
                p.getValue().assign(source.read(p.getKey(), p.getValue().dataType()));
            }
        }
    }
}
