package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * Variants of the architectures against an independent implementation; {@code variants.json} says
 * how its numbers were made.
 */
class VariantsTest {
    private static final double TOLERANCE = 1e-9;

    private static JsonNode cases() throws IOException {
        try (InputStream in = VariantsTest.class.getResourceAsStream("variants.json")) {
            return new ObjectMapper().readTree(in).get("cases");
        }
    }

    @TestFactory
    Stream<DynamicTest> outputLossAndGradients() throws IOException {
        JsonNode cases = cases();
        return names(cases).map(n -> DynamicTest.dynamicTest(n, () -> check(cases.get(n))));
    }

    private static void check(JsonNode expected) throws IOException {
        HfConfig config = HfConfig.parse(expected.get("config").toString(), "variants.json");
        ModelOptions options = new ModelOptions.Builder().dataType(DataType.DOUBLE).build();
        ModelFamily family = ModelFamilies.standard().of(config);
        WeightMap map = family.weights(config, options);
        MemoryTensors tensors = new MemoryTensors();
        names(expected.get("gradients"))
                .forEach(n -> tensors.put(n, weight(n, map.ofTensor(n).orElseThrow().shape())));
        CheckpointMatch match = CheckpointMatch.of(map, tensors, "variants.json");
        ComputationGraph graph = match.load(family.configuration(config, options));
        assertEquals(List.of(), match.initialized());

        INDArray[] inputs = inputs(expected.get("inputs"));
        INDArray output = graph.output(inputs)[0];
        close(numbers(expected.get("output")), output.dup('c').ravel().toDoubleVector(), "output");

        graph.setInputs(inputs);
        graph.setLabels(labels(expected, config, output));
        graph.computeGradientAndScore();
        assertEquals(expected.get("loss").doubleValue(), graph.score(), TOLERANCE, "loss");
        for (WeightBinding binding : map.bindings()) {
            INDArray gradient =
                    graph.gradient().getGradientFor(binding.layer() + "_" + binding.parameter());
            gradient = binding.transposed() ? gradient.transpose() : gradient;
            double[] values = gradient.dup('c').ravel().toDoubleVector();
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < values.length; i++) {
                sum += values[i] / inputs[0].size(0) * Math.cos(i);
                squares += Math.pow(values[i] / inputs[0].size(0), 2);
            }
            close(
                    numbers(expected.get("gradients").get(binding.tensor())),
                    new double[] {sum, Math.sqrt(squares)},
                    binding.tensor());
        }
    }

    private static INDArray weight(String name, long[] shape) {
        int sum = name.chars().sum();
        boolean norm = name.endsWith("norm.weight") || name.endsWith("LayerNorm.weight");
        double[] values = new double[(int) Nd4j.createUninitialized(shape).length()];
        for (int i = 0; i < values.length; i++) {
            double wave = Math.sin(1 + 0.7 * i + 0.13 * sum);
            values[i] = norm ? 1 + 0.1 * wave : 0.4 * wave;
        }
        return Nd4j.createFromArray(values).reshape('c', shape);
    }

    private static INDArray[] inputs(JsonNode inputs) {
        List<INDArray> arrays = new ArrayList<>();
        inputs.elements().forEachRemaining(rows -> arrays.add(matrix(rows)));
        return arrays.toArray(new INDArray[0]);
    }

    /** Token ids, one step ahead as the file has them already; one-hot for a classifier. */
    private static INDArray labels(JsonNode expected, HfConfig config, INDArray output) {
        JsonNode labels = expected.get("labels");
        if (!config.modelType().equals("bert")) {
            return matrix(labels);
        }
        INDArray oneHot = Nd4j.zeros(DataType.DOUBLE, output.shape());
        for (int b = 0; b < labels.size(); b++) {
            oneHot.putScalar(b, labels.get(b).intValue(), 1);
        }
        return oneHot;
    }

    private static INDArray matrix(JsonNode rows) {
        double[][] values = new double[rows.size()][];
        for (int r = 0; r < values.length; r++) {
            values[r] = numbers(rows.get(r));
        }
        return Nd4j.createFromArray(values);
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::doubleValue)
                .toArray();
    }

    private static Stream<String> names(JsonNode object) {
        Iterable<Map.Entry<String, JsonNode>> fields = object::fields;
        return StreamSupport.stream(fields.spliterator(), false).map(Map.Entry::getKey);
    }

    private static void close(double[] expected, double[] actual, String what) {
        assertEquals(expected.length, actual.length, what);
        double size = 0;
        for (double e : expected) {
            size = Math.max(size, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], TOLERANCE * size + 1e-14, what + " " + i);
        }
    }
}
