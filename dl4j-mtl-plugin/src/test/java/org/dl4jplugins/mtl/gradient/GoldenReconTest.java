package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Whole training runs of Recon's published code: task gradients, cosines, losses and weights. */
class GoldenReconTest {

    private static final double TOLERANCE = 1e-9;

    @Test
    void mlp() throws Exception {
        Map<String, INDArray> g = load("recon_mlp_t2");
        GraphBuilder b = Nets.builder(WorkspaceMode.ENABLED, DataType.DOUBLE, new Sgd(0.05));
        b.addInputs("in");
        b.addLayer("d1", dense(8, 16, Activation.TANH), "in");
        b.addLayer("d2", dense(16, 16, Activation.RELU), "d1");
        b.addLayer("d3", dense(16, 12, Activation.TANH), "d2");
        b.addLayer("head.T1", softmax(12, 3), "d3");
        b.addLayer("head.T2", softmax(12, 4), "d3");
        b.setOutputs("head.T1", "head.T2");
        ComputationGraph graph = Nets.init(b);
        for (String layer : List.of("d1", "d2", "d3", "head.T1", "head.T2")) {
            setDense(graph, layer, g);
        }
        train(graph, g, new int[] {3, 4}, List.of("d1", "d2", "d3"));
        for (String layer : List.of("d1", "d2", "d3", "head.T1", "head.T2")) {
            compareDense(graph, layer, g, 9);
        }
    }

    @Test
    void cnn() throws Exception {
        Map<String, INDArray> g = load("recon_cnn");
        GraphBuilder b = Nets.builder(WorkspaceMode.ENABLED, DataType.DOUBLE, new Sgd(0.05));
        b.addInputs("in");
        b.setInputTypes(InputType.convolutional(12, 12, 1));
        b.addLayer("conv1", conv(), "in");
        b.addLayer("bn1", batchNorm(), "conv1");
        b.addLayer("a1", new ActivationLayer(Activation.RELU), "bn1");
        b.addLayer("conv2", conv(), "a1");
        b.addLayer("bn2", batchNorm(), "conv2");
        b.addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn2", "a1");
        b.addLayer("a2", new ActivationLayer(Activation.RELU), "add");
        b.addLayer("q", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "a2");
        b.addLayer("fc", dense(4, 6, Activation.RELU), "q");
        b.addLayer("pred.T1", softmax(6, 3), "fc");
        b.addLayer("pred.T2", softmax(6, 3), "fc");
        b.setOutputs("pred.T1", "pred.T2");
        ComputationGraph graph = Nets.init(b);
        for (String layer : List.of("fc", "pred.T1", "pred.T2")) {
            setDense(graph, layer, g);
        }
        for (String layer : List.of("conv1", "conv2")) {
            graph.getParam(layer + "_W").assign(g.get("init." + layer + ".weight"));
        }
        for (String layer : List.of("bn1", "bn2")) {
            graph.getParam(layer + "_gamma").assign(g.get("init." + layer + ".weight"));
            graph.getParam(layer + "_beta").assign(g.get("init." + layer + ".bias"));
        }
        train(graph, g, new int[] {3, 3}, List.of("conv1", "bn1", "conv2", "bn2", "fc"));
        for (String layer : List.of("fc", "pred.T1", "pred.T2")) {
            compareDense(graph, layer, g, 4);
        }
    }

    private static void train(
            ComputationGraph graph, Map<String, INDArray> g, int[] classes, List<String> layers) {
        Exactness.Recorder recorder = new Exactness.Recorder();
        graph.setListeners(recorder);
        INDArray x = g.get("batch.x");
        for (int s = 0; s < x.size(0); s++) {
            INDArray[] labels = new INDArray[2];
            for (int t = 0; t < 2; t++) {
                INDArray y = g.get("batch.y.T" + (t + 1));
                labels[t] = Nd4j.zeros(DataType.DOUBLE, y.size(1), classes[t]);
                for (int i = 0; i < y.size(1); i++) {
                    labels[t].putScalar(i, y.getInt(s, i), 1.0);
                }
            }
            INDArray in = x.get(NDArrayIndex.point(s)).dup('c');
            graph.fit(new MultiDataSet(new INDArray[] {in}, labels));
        }
        assertEquals(layers, recorder.gramians.get(0).layers());
        for (int s = 0; s < x.size(0); s++) {
            for (int t = 0; t < 2; t++) {
                assertEquals(
                        g.get("step.loss").getDouble(s, t), recorder.losses.get(s)[t], TOLERANCE);
                INDArray expected = gradient(g, layers, s, t);
                INDArray actual = recorder.matrices.get(s).getRow(t);
                double worst = expected.sub(actual).amaxNumber().doubleValue();
                assertTrue(worst < TOLERANCE, "step " + s + " task " + t + ": " + worst);
            }
            for (int l = 0; l < layers.size(); l++) {
                assertEquals(
                        g.get("step.cos").getDouble(s, l, 0),
                        recorder.gramians.get(s).cosine(layers.get(l), 0, 1),
                        TOLERANCE,
                        "cosine of " + layers.get(l) + " at step " + s);
            }
        }
    }

    /** Weights [out, in] in c order are DL4J's [in, out] in f order, so both flatten alike. */
    private static INDArray gradient(
            Map<String, INDArray> g, List<String> layers, int step, int task) {
        List<INDArray> parts = new ArrayList<>();
        for (String layer : layers) {
            for (String p : List.of("weight", "bias")) {
                INDArray a = g.get("step.grad." + layer + "." + p);
                if (a != null) {
                    INDArray v =
                            a.get(NDArrayIndex.point(step)).get(NDArrayIndex.point(task)).dup('c');
                    parts.add(Nd4j.toFlattened('c', v).reshape(new long[] {v.length()}));
                }
            }
        }
        return Nd4j.concat(0, parts.toArray(new INDArray[0]));
    }

    private static void setDense(ComputationGraph graph, String layer, Map<String, INDArray> g) {
        graph.getParam(layer + "_W").assign(g.get("init." + layer + ".weight").transpose());
        graph.getParam(layer + "_b").assign(g.get("init." + layer + ".bias"));
    }

    private static void compareDense(
            ComputationGraph graph, String layer, Map<String, INDArray> g, int step) {
        INDArray w = g.get("after." + layer + ".weight").get(NDArrayIndex.point(step)).transpose();
        double worst = graph.getParam(layer + "_W").sub(w).amaxNumber().doubleValue();
        assertTrue(worst < TOLERANCE, layer + " after training: " + worst);
    }

    private static DenseLayer dense(int nIn, int nOut, Activation activation) {
        return new DenseLayer.Builder().nIn(nIn).nOut(nOut).activation(activation).build();
    }

    private static OutputLayer softmax(int nIn, int nOut) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(nIn)
                .nOut(nOut)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static ConvolutionLayer conv() {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .hasBias(false)
                .build();
    }

    private static BatchNormalization batchNorm() {
        return new BatchNormalization.Builder().eps(1e-5).decay(0.9).build();
    }

    private static Map<String, INDArray> load(String name) throws Exception {
        String shared = System.getProperty("dl4jplugins.shared", "../../shared");
        File file = new File(shared, "golden/" + name + ".npz");
        assumeTrue(file.isFile(), "no golden numbers at " + file);
        return Nd4j.createFromNpzFile(file);
    }
}
