package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.indexing.NDArrayIndex;

class UViTGoldenTest {
    private static final String[] OUTPUTS = {"img", "clip", "text"};
    private static Golden golden;

    @BeforeAll
    static void load() {
        golden = Golden.load("uvit_tiny_mlp0");
    }

    private static double[] values(INDArray a) {
        return a.castTo(DataType.DOUBLE).dup('c').ravel().toDoubleVector();
    }

    private static void assertOutputs(String prefix, INDArray[] outputs, double tolerance) {
        for (int i = 0; i < outputs.length; i++) {
            String name = prefix + OUTPUTS[i];
            assertArrayEquals(golden.array(name).shape(), outputs[i].shape(), name);
            Golden.assertClose(golden.vector(name), values(outputs[i]), tolerance, name);
        }
    }

    @Test
    void outputsInDouble() throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.DOUBLE);
        assertOutputs("out64.", graph.output(TinyUViT.inputs(golden)), 1e-12);
    }

    @Test
    void outputsInFloatAlsoForTimesOfRankOne() throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.FLOAT);
        INDArray[] inputs = TinyUViT.inputs(golden);
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = inputs[i].castTo(DataType.FLOAT);
        }
        assertOutputs("out64.", graph.output(inputs), 2e-5);
        inputs[3] = inputs[3].reshape(new long[] {3});
        inputs[4] = inputs[4].reshape(new long[] {3});
        assertOutputs("out64.", graph.output(inputs), 2e-5);
    }

    @Test
    void otherImageSizesInterpolatePositions() throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.DOUBLE);
        INDArray[] inputs = TinyUViT.inputs(golden);
        for (int i = 1; i < inputs.length; i++) {
            INDArray firstTwo =
                    inputs[i].rank() == 3
                            ? inputs[i].get(
                                    NDArrayIndex.interval(0, 2),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.all())
                            : inputs[i].get(NDArrayIndex.interval(0, 2), NDArrayIndex.all());
            inputs[i] = firstTwo.dup('c');
        }
        inputs[0] = golden.array("interp.img");
        assertOutputs("interp.out64.", graph.output(inputs), 1e-12);
    }

    private static Map<String, INDArray> gradients(ComputationGraph graph) {
        graph.setInputs(TinyUViT.inputs(golden));
        graph.setLabels(TinyUViT.labels(golden));
        graph.computeGradientAndScore();
        return new UViTWeights(TinyUViT.CONFIG).join(graph.gradient().gradientForVariable());
    }

    @Test
    void lossAndAllGradients() throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.DOUBLE);
        Map<String, INDArray> gradients = gradients(graph);
        assertEquals(golden.vector("out64.loss")[0], graph.score(), 1e-12);
        long examples = golden.array("in.img").size(0);
        int checked = 0;
        for (String name : golden.names()) {
            if (name.startsWith("grad.")) {
                INDArray gradient = gradients.get(name.substring(5)).div(examples);
                assertArrayEquals(golden.array(name).shape(), gradient.shape(), name);
                Golden.assertClose(golden.vector(name), values(gradient), 1e-9, name);
                checked++;
            }
        }
        assertEquals(gradients.size(), checked);
    }

    @Test
    void gradientsInFloat() throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.FLOAT);
        Map<String, INDArray> gradients = gradients(graph);
        for (String name : gradients.keySet()) {
            double[] mean = values(gradients.get(name).div(3));
            Golden.assertClose(golden.vector("grad." + name), mean, 2e-4, name);
        }
    }

    @Test
    void weightsComeOutAsTheyWentIn(@TempDir Path folder) throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.DOUBLE);
        Path file = folder.resolve("uvit.safetensors");
        new UViTWeights(TinyUViT.CONFIG).save(graph, file);
        try (SafeTensors tensors = SafeTensors.open(file)) {
            Map<String, INDArray> expected = TinyUViT.weights(golden);
            assertEquals(expected.size(), tensors.names().size());
            for (String name : expected.keySet()) {
                INDArray written = tensors.read(name, DataType.DOUBLE);
                assertEquals(expected.get(name), written, name);
            }
        }
    }

    @Test
    void survivesJsonAndModelSerializer(@TempDir File folder) throws Exception {
        ComputationGraph graph = TinyUViT.create(golden, DataType.FLOAT);
        String json = graph.getConfiguration().toJson();
        assertEquals(graph.getConfiguration(), ComputationGraphConfiguration.fromJson(json));
        MultiDataSet batch =
                new MultiDataSet(floats(TinyUViT.inputs(golden)), floats(TinyUViT.labels(golden)));
        double before = graph.score(batch);
        graph.fit(batch);
        File file = new File(folder, "uvit.zip");
        ModelSerializer.writeModel(graph, file, true);
        ComputationGraph read = ModelSerializer.restoreComputationGraph(file, true);
        graph.fit(batch);
        read.fit(batch);
        assertEquals(graph.params(), read.params());
        assertTrue(read.score(batch) < before);
        ComputationGraph clone = graph.clone();
        INDArray[] expected = graph.output(batch.getFeatures());
        INDArray[] outputs = clone.output(batch.getFeatures());
        IntStream.range(0, 3).forEach(i -> assertEquals(expected[i], outputs[i]));
    }

    private static INDArray[] floats(INDArray[] arrays) {
        INDArray[] floats = new INDArray[arrays.length];
        for (int i = 0; i < arrays.length; i++) {
            floats[i] = arrays[i].castTo(DataType.FLOAT);
        }
        return floats;
    }
}
