package org.dl4jplugins.mtl.gradient;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small multi-task graphs and batches. */
final class Nets {

    static final int CLASSES = 3;

    private Nets() {}

    static ComputationGraphConfiguration.GraphBuilder builder(
            WorkspaceMode mode, DataType type, IUpdater updater) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .updater(updater)
                .activation(Activation.TANH)
                .trainingWorkspaceMode(mode)
                .inferenceWorkspaceMode(mode)
                .graphBuilder();
    }

    static OutputLayer softmax(int nIn) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(nIn)
                .nOut(CLASSES)
                .activation(Activation.SOFTMAX)
                .build();
    }

    /** Two-layer perceptron with input [batch, 4] and a softmax head per task. */
    static ComputationGraph mlp(int tasks, WorkspaceMode mode, DataType type, IUpdater updater) {
        var b = builder(mode, type, updater).addInputs("in");
        b.addLayer("d1", new DenseLayer.Builder().nIn(4).nOut(6).build(), "in");
        b.addLayer("d2", new DenseLayer.Builder().nIn(6).nOut(5).build(), "d1");
        return finish(b, "d2", 5, tasks);
    }

    /**
     * Convolutions, batch norm, a residual add, a merge of two branches, a head with a private
     * layer; input [batch, 2, 6, 6].
     */
    static ComputationGraph cnn(int tasks, WorkspaceMode mode, DataType type, IDropout dropout) {
        var b = builder(mode, type, new Sgd(0.1)).addInputs("in");
        b.setInputTypes(InputType.convolutional(6, 6, 2));
        b.addLayer("c1", conv(3), "in");
        b.addLayer("bn1", new BatchNormalization.Builder().build(), "c1");
        b.addLayer("r1", new ActivationLayer(Activation.RELU), "bn1");
        b.addLayer("c2", conv(3), "r1");
        b.addLayer("bn2", new BatchNormalization.Builder().build(), "c2");
        b.addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn2", "r1");
        b.addLayer("r2", new ActivationLayer(Activation.IDENTITY), "add");
        b.addLayer("c3", new ConvolutionLayer.Builder(1, 1).nOut(2).dropOut(dropout).build(), "r2");
        b.addVertex("merge", new MergeVertex(), "c3", "r2");
        b.addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "merge");
        b.addLayer(
                "fc",
                new DenseLayer.Builder()
                        .nIn(5)
                        .nOut(4)
                        .dropOut(dropout == null ? null : dropout.clone())
                        .build(),
                "pool");
        b.addLayer("own", new DenseLayer.Builder().nIn(4).nOut(4).build(), "fc");
        b.addLayer("task0", softmax(4), "own");
        String[] outputs = new String[tasks];
        outputs[0] = "task0";
        for (int t = 1; t < tasks; t++) {
            outputs[t] = "task" + t;
            b.addLayer(outputs[t], softmax(4), "fc");
        }
        b.setOutputs(outputs);
        return init(b);
    }

    private static ConvolutionLayer conv(int channels) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(channels)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .hasBias(false)
                .build();
    }

    /** LSTM with input [batch, 3, time], a head per task and time step. */
    static ComputationGraph lstm(int tasks, WorkspaceMode mode, DataType type) {
        var b = builder(mode, type, new Sgd(0.1)).addInputs("in");
        b.addLayer("l1", new LSTM.Builder().nIn(3).nOut(4).build(), "in");
        b.addLayer("l2", new LSTM.Builder().nIn(4).nOut(4).build(), "l1");
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            outputs[t] = "task" + t;
            b.addLayer(
                    outputs[t],
                    new RnnOutputLayer.Builder(LossFunction.MCXENT)
                            .nIn(4)
                            .nOut(CLASSES)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    t % 2 == 0 ? "l2" : "l1");
        }
        b.setOutputs(outputs);
        b.setInputTypes(InputType.recurrent(3));
        return init(b);
    }

    static ComputationGraph finish(
            ComputationGraphConfiguration.GraphBuilder b, String from, int width, int tasks) {
        String[] outputs = new String[tasks];
        for (int t = 0; t < tasks; t++) {
            outputs[t] = "task" + t;
            b.addLayer(outputs[t], softmax(width), from);
        }
        b.setOutputs(outputs);
        return init(b);
    }

    static ComputationGraph init(ComputationGraphConfiguration.GraphBuilder b) {
        ComputationGraph g = new ComputationGraph(b.build());
        g.init();
        return g;
    }

    static MultiDataSet batch(DataType type, int tasks, long seed, long... inputShape) {
        Nd4j.getRandom().setSeed(seed);
        INDArray in = Nd4j.randn(type, inputShape);
        INDArray[] labels = new INDArray[tasks];
        for (int t = 0; t < tasks; t++) {
            boolean sequence = inputShape.length == 3;
            long mb = inputShape[0];
            long steps = sequence ? inputShape[2] : 1;
            labels[t] =
                    sequence ? Nd4j.zeros(type, mb, CLASSES, steps) : Nd4j.zeros(type, mb, CLASSES);
            for (int i = 0; i < mb; i++) {
                for (int s = 0; s < steps; s++) {
                    int c = (int) ((i * 7 + s * 3 + t * 5 + seed) % CLASSES);
                    labels[t].putScalar(sequence ? new int[] {i, c, s} : new int[] {i, c}, 1.0);
                }
            }
        }
        return new MultiDataSet(new INDArray[] {in}, labels);
    }
}
