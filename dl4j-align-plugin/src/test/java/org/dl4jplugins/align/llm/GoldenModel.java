package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.testing.Golden;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A tiny reference model: its checkpoint as a graph, and the numbers that it must reproduce. */
final class GoldenModel {
    final Golden golden;
    final HfConfig config;
    final ModelOptions options;
    final WeightMap map;
    final CheckpointMatch match;
    final ComputationGraph graph;

    private GoldenModel(String name, ModelOptions options) throws IOException {
        golden = Golden.load(name);
        Path folder = Golden.folder("hf_" + name);
        config = HfConfig.read(folder.resolve(HfConfig.FILE));
        this.options = options;
        ModelFamily family = ModelFamilies.standard().of(config);
        map = family.weights(config, options);
        try (SafeTensors tensors = SafeTensors.open(folder.resolve("model.safetensors"))) {
            match = CheckpointMatch.of(map, tensors, folder.toString());
            graph = match.load(family.configuration(config, options));
        }
    }

    static GoldenModel open(String name, DataType type) throws IOException {
        return open(name, new ModelOptions.Builder().dataType(type).build());
    }

    static GoldenModel open(String name, ModelOptions options) throws IOException {
        return new GoldenModel(name, options);
    }

    INDArray array(String name) {
        return golden.array(name).castTo(options.dataType());
    }

    /** All activations of a forward pass with masks. */
    Map<String, INDArray> activations(INDArray[] inputs, INDArray... masks) {
        graph.setLayerMaskArrays(masks, null);
        try {
            return graph.feedForward(inputs, false);
        } finally {
            graph.clearLayerMaskArrays();
        }
    }

    /**
     * Loss and all gradients of one batch; gradients must have the reference's names and values.
     */
    void checkTraining(INDArray[] inputs, INDArray[] masks, INDArray[] labels, double tolerance) {
        graph.setInputs(inputs);
        graph.setLabels(labels);
        graph.setLayerMaskArrays(masks, null);
        graph.computeGradientAndScore();
        double loss = golden.array("train.loss").getDouble(0);
        assertEquals(loss, graph.score(), tolerance * loss, "loss");
        double batch = inputs[0].size(0);
        int compared = 0;
        for (String name : golden.names()) {
            if (name.startsWith("grad.")) {
                WeightBinding binding = map.ofTensor(name.substring(5)).orElseThrow();
                INDArray gradient =
                        graph.gradient()
                                .getGradientFor(binding.layer() + "_" + binding.parameter());
                assertNotNull(gradient, name);
                gradient = binding.transposed() ? gradient.transpose() : gradient;
                assertClose(golden.array(name), gradient.div(batch), tolerance, name);
                compared++;
            }
        }
        assertEquals(map.bindings().size(), compared, "every parameter has a reference gradient");
    }

    /** Equal up to a tolerance relative to the largest number. */
    static void assertClose(INDArray expected, INDArray actual, double tolerance, String what) {
        assertEquals(expected.length(), actual.length(), what);
        INDArray same = actual.castTo(DataType.DOUBLE).dup('c').reshape(expected.shape());
        double size = expected.amaxNumber().doubleValue();
        double difference = expected.sub(same).amaxNumber().doubleValue();
        // Gradients of key biases cancel: what is left are the last bits of terms of size 1.
        double floor = tolerance * 1e-2;
        assertEquals(0, difference, tolerance * size + floor, what);
    }

    /** As {@link #assertClose} for activations [batch, time, width], where a mask is one. */
    static void assertCloseWhere(
            INDArray mask, INDArray expected, INDArray actual, double tolerance, String what) {
        assertArrayEquals(expected.shape(), actual.shape(), what);
        INDArray kept =
                actual.castTo(DataType.DOUBLE)
                        .mul(mask.castTo(DataType.DOUBLE).reshape(mask.size(0), mask.size(1), 1));
        assertClose(expected, kept, tolerance, what);
    }

    /** Labels one step to the left, so that the logits of a token are held against the next one. */
    static INDArray shifted(INDArray labels) {
        INDArray next = Nd4j.valueArrayOf(labels.shape(), -100.0, labels.dataType());
        for (int b = 0; b < labels.size(0); b++) {
            for (int t = 0; t + 1 < labels.size(1); t++) {
                next.putScalar(b, t, labels.getDouble(b, t + 1));
            }
        }
        return next;
    }

    /** Greedy tokens and the logits that choose them, one step at a time. */
    void checkGreedy(IncrementalDecoder decoder, INDArray firstLogits, double tolerance) {
        INDArray tokens = golden.array("gen.tokens");
        INDArray expected = golden.array("gen.step_logits");
        INDArray logits = firstLogits;
        for (int step = 0; step < tokens.size(1); step++) {
            assertClose(
                    expected.get(NDArrayIndex.point(step), NDArrayIndex.all(), NDArrayIndex.all())
                            .dup('c'),
                    logits,
                    tolerance,
                    "logits of step " + step);
            INDArray chosen = logits.argMax(1).castTo(DataType.DOUBLE);
            assertEquals(tokens.getColumn(step).dup('c'), chosen, "tokens of step " + step);
            logits = decoder.step(chosen);
        }
    }
}
