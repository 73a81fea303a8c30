package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
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

/** Cosines, scores and rankings of Recon's published code, from training with plain fit(). */
class ConflictGoldenTest {

    private static final double[] SEVERITIES = {0, -0.02, -0.1};
    private static final double[] ALL_CUTS = {0, -0.02, -0.1, -0.3, 0.3};

    private static Map<String, INDArray> golden(String name) throws Exception {
        String shared = System.getProperty("dl4jplugins.shared", "../../shared");
        File file = new File(shared, "golden/" + name + ".npz");
        assumeTrue(file.exists(), "golden numbers are not there: " + file);
        return Nd4j.createFromNpzFile(file);
    }

    private static NeuralNetConfiguration.Builder network() {
        return new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.05));
    }

    private static DenseLayer dense(int out, Activation activation) {
        return new DenseLayer.Builder().nOut(out).activation(activation).build();
    }

    private static OutputLayer head(int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static ConvolutionLayer convolution() {
        return new ConvolutionLayer.Builder(3, 3)
                .padding(1, 1)
                .nOut(4)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build();
    }

    private static void dense(ComputationGraph graph, Map<String, INDArray> golden, String name) {
        String layer = name.substring(name.lastIndexOf('.') + 1);
        graph.getLayer(layer)
                .setParam("W", golden.get("init." + name + ".weight").transpose().dup('f'));
        graph.getLayer(layer)
                .setParam("b", golden.get("init." + name + ".bias").reshape(1, -1).dup());
    }

    /** Trains on all steps and compares every number that the report gives. */
    private static void compare(
            ComputationGraph graph, Map<String, INDArray> golden, List<String> layers) {
        ConflictListener listener =
                new ConflictListener.Builder()
                        .thresholds(SEVERITIES)
                        .bins(CosineBins.of(ALL_CUTS))
                        .build();
        graph.setListeners(listener);
        INDArray cosines = golden.get("step.cos");
        int steps = (int) cosines.size(0);
        for (int step = 0; step < steps; step++) {
            graph.fit(
                    new MultiDataSet(
                            new INDArray[] {at(golden.get("batch.x"), step)},
                            new INDArray[] {
                                oneHot(golden, "T1", step), oneHot(golden, "T2", step)
                            }));
        }
        ConflictReport report = listener.report();
        assertEquals(layers, report.layerNames());
        assertEquals(steps, report.iterations());
        for (int l = 0; l < layers.size(); l++) {
            INDArray column =
                    cosines.get(NDArrayIndex.all(), NDArrayIndex.point(l), NDArrayIndex.point(0));
            String layer = layers.get(l);
            assertEquals(column.meanNumber().doubleValue(), report.layer(layer).meanCosine(), 1e-9);
            assertEquals(column.minNumber().doubleValue(), report.layer(layer).minCosine(), 1e-9);
            for (double severity : SEVERITIES) {
                assertEquals(
                        golden.get("score.S" + CosineBins.number(severity)).getDouble(l),
                        report.score(layer, severity));
            }
        }
        for (double severity : SEVERITIES) {
            INDArray order = golden.get("rank.S" + CosineBins.number(severity));
            List<String> ranked = new ArrayList<>();
            for (int i = 0; i < layers.size(); i++) {
                ranked.add(layers.get(order.getInt(i)));
            }
            assertEquals(ranked, report.ranking(severity).layers());
        }
    }

    private static INDArray at(INDArray values, int step) {
        return values.get(NDArrayIndex.point(step)).dup();
    }

    private static INDArray oneHot(Map<String, INDArray> golden, String task, int step) {
        INDArray classes = at(golden.get("batch.y." + task), step);
        INDArray labels =
                Nd4j.zeros(
                        DataType.DOUBLE,
                        classes.length(),
                        golden.get("step.logits." + task).size(2));
        for (int i = 0; i < classes.length(); i++) {
            labels.putScalar(i, classes.getInt(i), 1);
        }
        return labels;
    }

    @Test
    void mlp() throws Exception {
        Map<String, INDArray> golden = golden("recon_mlp_t2");
        ComputationGraph graph =
                new ComputationGraph(
                        network()
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("d1", dense(16, Activation.TANH), "x")
                                .addLayer("d2", dense(16, Activation.RELU), "d1")
                                .addLayer("d3", dense(12, Activation.TANH), "d2")
                                .addLayer("T1", head(3), "d3")
                                .addLayer("T2", head(4), "d3")
                                .setOutputs("T1", "T2")
                                .setInputTypes(InputType.feedForward(8))
                                .build());
        graph.init();
        for (String name : List.of("d1", "d2", "d3", "head.T1", "head.T2")) {
            dense(graph, golden, name);
        }
        compare(graph, golden, List.of("d1", "d2", "d3"));
    }

    @Test
    void cnnWithBatchNormAndResidual() throws Exception {
        Map<String, INDArray> golden = golden("recon_cnn");
        ComputationGraph graph =
                new ComputationGraph(
                        network()
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer("conv1", convolution(), "x")
                                .addLayer("bn1", new BatchNormalization(), "conv1")
                                .addLayer("relu1", new ActivationLayer(Activation.RELU), "bn1")
                                .addLayer("conv2", convolution(), "relu1")
                                .addLayer("bn2", new BatchNormalization(), "conv2")
                                .addVertex(
                                        "add",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "bn2",
                                        "relu1")
                                .addLayer("relu2", new ActivationLayer(Activation.RELU), "add")
                                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu2")
                                .addLayer("fc", dense(6, Activation.RELU), "pool")
                                .addLayer("T1", head(3), "fc")
                                .addLayer("T2", head(3), "fc")
                                .setOutputs("T1", "T2")
                                .setInputTypes(InputType.convolutional(12, 12, 1))
                                .build());
        graph.init();
        for (String name : List.of("conv1", "conv2")) {
            graph.getLayer(name).setParam("W", golden.get("init." + name + ".weight"));
        }
        for (String name : List.of("bn1", "bn2")) {
            graph.getLayer(name)
                    .setParam("gamma", golden.get("init." + name + ".weight").reshape(1, -1));
            graph.getLayer(name)
                    .setParam("beta", golden.get("init." + name + ".bias").reshape(1, -1));
        }
        for (String name : List.of("fc", "pred.T1", "pred.T2")) {
            dense(graph, golden, name);
        }
        compare(graph, golden, List.of("conv1", "bn1", "conv2", "bn2", "fc"));
    }
}
