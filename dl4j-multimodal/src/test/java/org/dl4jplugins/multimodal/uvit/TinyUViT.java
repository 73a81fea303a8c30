package org.dl4jplugins.multimodal.uvit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.testing.Golden;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** The reference's tiny network, its weights and its batch. */
public final class TinyUViT {
    /** Sizes of the reference numbers. */
    public static final UViTConfig CONFIG =
            new UViTConfig.Builder()
                    .image(4, 8, 8)
                    .patch(2)
                    .width(32)
                    .depth(4)
                    .heads(4)
                    .text(5, 8)
                    .clipWidth(8)
                    .build();

    private TinyUViT() {}

    /** Training settings of a type. */
    public static NeuralNetConfiguration.Builder training(DataType type) {
        return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(new Adam(1e-3));
    }

    /** The network with the reference's weights. */
    public static ComputationGraph create(Golden golden, DataType type) throws IOException {
        ComputationGraph graph = UViT.create(CONFIG, training(type));
        Path file = Files.createTempFile("uvit", ".safetensors");
        try {
            SafeTensorsWriter.write(file, weights(golden), Map.of());
            new UViTWeights(CONFIG).load(graph, file);
        } finally {
            Files.delete(file);
        }
        return graph;
    }

    /** The reference's weights by their names. */
    static Map<String, INDArray> weights(Golden golden) {
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        golden.names().stream()
                .filter(name -> name.startsWith("w."))
                .forEach(name -> tensors.put(name.substring(2), golden.array(name)));
        return tensors;
    }

    /** The reference's batch. */
    static INDArray[] inputs(Golden golden) {
        INDArray[] inputs = {
            golden.array("in.img"),
            golden.array("in.clip"),
            golden.array("in.text"),
            golden.array("in.t_img"),
            golden.array("in.t_text"),
            golden.array("in.dt")
        };
        for (int i = 3; i < inputs.length; i++) {
            inputs[i] = inputs[i].reshape(inputs[i].length(), 1);
        }
        return inputs;
    }

    /** The reference's targets. */
    static INDArray[] labels(Golden golden) {
        return new INDArray[] {
            golden.array("in.y_img"), golden.array("in.y_clip"), golden.array("in.y_text")
        };
    }
}
