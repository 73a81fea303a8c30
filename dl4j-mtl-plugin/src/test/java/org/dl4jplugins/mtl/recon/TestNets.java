package org.dl4jplugins.mtl.recon;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.AttentionVertex;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.L2Vertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ReshapeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.rnn.DuplicateToTimeSeriesVertex;
import org.deeplearning4j.nn.conf.graph.rnn.LastTimeStepVertex;
import org.deeplearning4j.nn.conf.graph.rnn.ReverseTimeSeriesVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small double-precision networks with several tasks, and data for them. */
final class TestNets {
    static final int BATCH = 5;
    static final int STEPS = 4;

    private TestNets() {}

    /** A network with one batch of data. */
    record Case(ComputationGraph net, MultiDataSet data) {}

    static GraphBuilder builder() {
        return new NeuralNetConfiguration.Builder()
                .seed(12)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .weightInit(WeightInit.XAVIER)
                .activation(Activation.TANH)
                .graphBuilder();
    }

    static OutputLayer head(int classes) {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(classes)
                .activation(Activation.SOFTMAX)
                .build();
    }

    /** in - d1 - bn1 - d2 - bn2 - d3 - a, b. */
    static Case mlp() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("d1", dense(6), "in")
                        .addLayer("bn1", new BatchNormalization(), "d1")
                        .addLayer("d2", dense(7), "bn1")
                        .addLayer("bn2", new BatchNormalization(), "d2")
                        .addLayer("d3", dense(4), "bn2")
                        .addLayer("a", head(3), "d3")
                        .addLayer("b", head(2), "d3")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.feedForward(5));
        return new Case(net(b), data(rand(1, BATCH, 5), oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** Two convolutions with batch norm and a residual add, pooling, dense: the golden CNN. */
    static Case residual() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("conv1", conv(3), "in")
                        .addLayer("bn1", new BatchNormalization(), "conv1")
                        .addLayer("relu1", relu(), "bn1")
                        .addLayer("conv2", conv(3), "relu1")
                        .addLayer("bn2", bnWithVariance(), "conv2")
                        .addVertex(
                                "add",
                                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                "bn2",
                                "relu1")
                        .addLayer("relu2", relu(), "add")
                        .addLayer(
                                "max",
                                new SubsamplingLayer.Builder(PoolingType.MAX)
                                        .kernelSize(2, 2)
                                        .stride(2, 2)
                                        .build(),
                                "relu2")
                        .addLayer("fc", dense(4), "max")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.convolutional(6, 6, 2));
        return new Case(
                net(b), data(rand(1, BATCH, 2, 6, 6), oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** Three tasks; c leaves early, b and c skip d3; merges and sums of several branches. */
    static Case branches() {
        GraphBuilder b =
                builder()
                        .addInputs("in", "in2")
                        .addLayer("d1", dense(4), "in")
                        .addLayer("e1", dense(4), "in2")
                        .addVertex("merge", new MergeVertex(), "d1", "e1", "in2")
                        .addLayer("d2", dense(4), "merge")
                        .addVertex("scale", new ScaleVertex(0.5), "d2")
                        .addVertex(
                                "sum",
                                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                "scale",
                                "d1",
                                "e1")
                        .addLayer("bn", new BatchNormalization(), "sum")
                        .addLayer("d3", dense(4), "bn")
                        .addVertex("join", new MergeVertex(), "d3", "d2")
                        .addLayer("d4", dense(3), "join")
                        .addLayer("a", head(3), "d4")
                        .addLayer("b", head(2), "d4")
                        .addLayer("c", head(2), "bn")
                        .setOutputs("a", "b", "c")
                        .setInputTypes(InputType.feedForward(5), InputType.feedForward(3));
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {rand(1, BATCH, 5), rand(4, BATCH, 3)},
                        new INDArray[] {
                            oneHot(2, BATCH, 3), oneHot(3, BATCH, 2), oneHot(5, BATCH, 2)
                        });
        return new Case(net(b), data);
    }

    /** Recurrent layers with masks: one task per sequence, one per step. */
    static Case recurrent() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("lstm1", new LSTM.Builder().nOut(4).build(), "in")
                        .addLayer(
                                "bi",
                                new Bidirectional(
                                        Bidirectional.Mode.CONCAT,
                                        new SimpleRnn.Builder().nOut(3).build()),
                                "lstm1")
                        .addLayer("dense", dense(5), "bi")
                        .addLayer("lstm2", new LSTM.Builder().nOut(4).build(), "dense")
                        .addLayer(
                                "attention",
                                new SelfAttentionLayer.Builder()
                                        .nOut(4)
                                        .nHeads(2)
                                        .projectInput(true)
                                        .build(),
                                "lstm2")
                        .addLayer(
                                "last",
                                new LastTimeStep(new LSTM.Builder().nOut(3).build()),
                                "attention")
                        .addVertex("lastOfTwo", new LastTimeStepVertex("in"), "lstm2")
                        .addVertex("all", new MergeVertex(), "last", "lastOfTwo")
                        .addLayer("fc", dense(4), "all")
                        .addLayer("a", head(3), "fc")
                        .addLayer("c", head(2), "fc")
                        .addLayer(
                                "b",
                                new RnnOutputLayer.Builder(LossFunction.MSE)
                                        .nOut(2)
                                        .activation(Activation.IDENTITY)
                                        .build(),
                                "attention")
                        .setOutputs("a", "b", "c")
                        .setInputTypes(InputType.recurrent(3, STEPS));
        INDArray featureMask = Nd4j.ones(DataType.DOUBLE, BATCH, STEPS);
        featureMask.putScalar(1, 3, 0);
        featureMask.putScalar(2, 2, 0).putScalar(2, 3, 0);
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {rand(1, BATCH, 3, STEPS)},
                        new INDArray[] {
                            oneHot(2, BATCH, 3), rand(3, BATCH, 2, STEPS), oneHot(4, BATCH, 2)
                        },
                        new INDArray[] {featureMask},
                        new INDArray[] {null, featureMask.dup(), null});
        return new Case(net(b), data);
    }

    /** Volumes, then global pooling. */
    static Case volumes() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("conv1", conv3d(2), "in")
                        .addLayer("conv2", conv3d(2), "conv1")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv2")
                        .addLayer("fc", dense(4), "pool")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(
                                InputType.convolutional3D(
                                        Convolution3D.DataFormat.NCDHW, 3, 3, 3, 1));
        return new Case(
                net(b), data(rand(1, BATCH, 1, 3, 3, 3), oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** An embedding, then layers without parameters on the heads' way, a loss layer as output. */
    static Case embedding() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("emb", new EmbeddingLayer.Builder().nIn(7).nOut(4).build(), "in")
                        .addLayer("d1", dense(4, 4), "emb")
                        .addLayer("d2", dense(4, 3), "d1")
                        .addLayer("act", new ActivationLayer(Activation.SOFTMAX), "d2")
                        .addLayer("a", new LossLayer.Builder(LossFunction.MSE).build(), "act")
                        .addLayer(
                                "b",
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nIn(3)
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "act")
                        .setOutputs("a", "b");
        INDArray tokens = Nd4j.createFromArray(new double[][] {{1}, {4}, {0}, {6}, {4}});
        return new Case(net(b), data(tokens, oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** Images in a time series. */
    static Case video() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("lstm", new LSTM.Builder().nOut(8).build(), "in")
                        .addLayer("conv", conv(2), new RnnToCnnPreProcessor(2, 2, 2), "lstm")
                        .addLayer("bn", new BatchNormalization(), "conv")
                        .addLayer(
                                "rnn",
                                new LSTM.Builder().nIn(8).nOut(3).build(),
                                new CnnToRnnPreProcessor(2, 2, 2),
                                "bn")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "rnn")
                        .addLayer("fc", dense(4), "pool")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.recurrent(3, STEPS));
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {rand(1, BATCH, 3, STEPS)},
                        new INDArray[] {oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)});
        return new Case(net(b), data);
    }

    /** Images with channels last: batch norm and a merge along the last axis. */
    static Case channelsLast() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("conv1", conv(2), "in")
                        .addLayer("conv2", conv(3), "conv1")
                        .addVertex("merge", new MergeVertex(), "conv1", "conv2")
                        .addLayer("bn", new BatchNormalization(), "merge")
                        .addLayer("fc", dense(4), "bn")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.convolutional(3, 4, 2, CNN2DFormat.NHWC));
        return new Case(
                net(b), data(rand(1, BATCH, 3, 4, 2), oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** One-dimensional convolutions and pooling over time, with masks. */
    static Case pooledSequences() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("lstm", new LSTM.Builder().nOut(4).build(), "in")
                        .addLayer(
                                "conv",
                                new Convolution1DLayer.Builder(3)
                                        .nOut(4)
                                        .convolutionMode(ConvolutionMode.Same)
                                        .build(),
                                "lstm")
                        .addLayer("mask", new MaskLayer(), "conv")
                        .addLayer("lstm2", new LSTM.Builder().nOut(3).build(), "mask")
                        .addLayer("pool", new GlobalPoolingLayer(PoolingType.MAX), "lstm2")
                        .addLayer("fc", dense(4), "pool")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.recurrent(3, STEPS));
        INDArray mask = Nd4j.ones(DataType.DOUBLE, BATCH, STEPS);
        mask.putScalar(1, 3, 0);
        mask.putScalar(4, 2, 0).putScalar(4, 3, 0);
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {rand(1, BATCH, 3, STEPS)},
                        new INDArray[] {oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)},
                        new INDArray[] {mask},
                        null);
        return new Case(net(b), data);
    }

    /** Every kind of layer for images. */
    static Case images() {
        GraphBuilder b =
                builder()
                        .addInputs("in")
                        .addLayer("conv", conv(6), "in")
                        .addLayer(
                                "prelu",
                                new PReLULayer.Builder().inputShape(6, 3, 3).build(),
                                "conv")
                        .addLayer("lrn", new LocalResponseNormalization(), "prelu")
                        .addLayer(
                                "separable",
                                new SeparableConvolution2D.Builder(2, 2).nOut(2).build(),
                                "lrn")
                        .addLayer(
                                "deconv",
                                new Deconvolution2D.Builder(2, 2).nOut(2).build(),
                                "separable")
                        .addLayer("up", new Upsampling2D.Builder(2).build(), "deconv")
                        .addLayer("pad", new ZeroPaddingLayer.Builder(1, 1).build(), "up")
                        .addLayer(
                                "depthwise",
                                new DepthwiseConvolution2D.Builder(3, 3).build(),
                                "pad")
                        .addLayer("crop", new Cropping2D(1, 1), "depthwise")
                        .addLayer(
                                "local",
                                new LocallyConnected2D.Builder().kernelSize(2, 2).nOut(2).build(),
                                "crop")
                        .addLayer("fc", dense(3), "local")
                        .addLayer("a", head(3), "fc")
                        .addLayer("b", head(2), "fc")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.convolutional(3, 3, 2));
        return new Case(
                net(b), data(rand(1, BATCH, 2, 3, 3), oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)));
    }

    /** Vertices of all kinds: on streams, per task, with parameters, bound to network inputs. */
    static Case vertices() {
        GraphBuilder b =
                builder()
                        .addInputs("in", "in2")
                        .addLayer("rnn", new SimpleRnn.Builder().nOut(4).build(), "in")
                        .addVertex("reverse", new ReverseTimeSeriesVertex("in"), "rnn")
                        .addVertex("both", new MergeVertex(), "rnn", "reverse")
                        .addVertex(
                                "attention",
                                new AttentionVertex.Builder()
                                        .nInQueries(8)
                                        .nInKeys(8)
                                        .nInValues(8)
                                        .nHeads(2)
                                        .headSize(2)
                                        .nOut(3)
                                        .projectInput(true)
                                        .weightInit(WeightInit.XAVIER)
                                        .build(),
                                "both",
                                "both2",
                                "both3")
                        .addVertex("both2", new ShiftVertex(0.1), "both")
                        .addVertex("both3", new ScaleVertex(0.9), "both")
                        .addLayer("e", dense(3), "in2")
                        .addVertex("long", new DuplicateToTimeSeriesVertex("in"), "e")
                        .addVertex(
                                "sum",
                                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                "long",
                                "attention")
                        .addVertex("last", new LastTimeStepVertex("in"), "sum")
                        .addLayer("d", dense(6), "last")
                        .addVertex("part", new SubsetVertex(1, 4), "d")
                        .addVertex("unit", new L2NormalizeVertex(), "part")
                        .addVertex("reshape", new ReshapeVertex(-1, 4), "unit")
                        .addVertex("distance", new L2Vertex(), "reshape", "part")
                        .addVertex("end", new MergeVertex(), "reshape", "distance")
                        .addLayer("a", head(3), "end")
                        .addLayer("b", head(2), "end")
                        .setOutputs("a", "b")
                        .setInputTypes(InputType.recurrent(3, STEPS), InputType.feedForward(2));
        INDArray mask = Nd4j.ones(DataType.DOUBLE, BATCH, STEPS);
        mask.putScalar(1, 3, 0);
        mask.putScalar(4, 2, 0).putScalar(4, 3, 0);
        MultiDataSet data =
                new MultiDataSet(
                        new INDArray[] {rand(1, BATCH, 3, STEPS), rand(6, BATCH, 2)},
                        new INDArray[] {oneHot(2, BATCH, 3), oneHot(3, BATCH, 2)},
                        new INDArray[] {mask, null},
                        null);
        return new Case(net(b), data);
    }

    static DenseLayer dense(int out) {
        return new DenseLayer.Builder().nOut(out).build();
    }

    static DenseLayer dense(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out).build();
    }

    static ConvolutionLayer conv(int out) {
        return new ConvolutionLayer.Builder(3, 3)
                .nOut(out)
                .convolutionMode(ConvolutionMode.Same)
                .activation(Activation.IDENTITY)
                .build();
    }

    static ActivationLayer relu() {
        return new ActivationLayer(Activation.SOFTPLUS);
    }

    private static Convolution3D conv3d(int out) {
        return new Convolution3D.Builder(2, 2, 2).nOut(out).build();
    }

    private static BatchNormalization bnWithVariance() {
        return new BatchNormalization.Builder().useLogStd(false).decay(0.8).build();
    }

    private static ComputationGraph net(GraphBuilder builder) {
        ComputationGraphConfiguration conf = builder.build();
        ComputationGraph net = new ComputationGraph(conf);
        net.init();
        // Distinct values everywhere, running statistics included.
        Nd4j.getRandom().setSeed(99);
        net.params().addi(Nd4j.rand(DataType.DOUBLE, net.params().shape()).muli(0.2));
        return net;
    }

    static MultiDataSet data(INDArray features, INDArray... labels) {
        return new MultiDataSet(new INDArray[] {features}, labels);
    }

    static INDArray rand(long seed, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.DOUBLE, shape);
    }

    static INDArray oneHot(long seed, int rows, int classes) {
        INDArray labels = Nd4j.zeros(DataType.DOUBLE, rows, classes);
        java.util.Random random = new java.util.Random(seed);
        for (int i = 0; i < rows; i++) {
            labels.putScalar(i, random.nextInt(classes), 1);
        }
        return labels;
    }
}
