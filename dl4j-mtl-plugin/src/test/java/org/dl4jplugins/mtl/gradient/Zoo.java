package org.dl4jplugins.mtl.gradient;

import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.graph.UnstackVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.conf.weightnoise.WeightNoise;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Graphs in double precision that between them hold everything task gradients must cope with. */
enum Zoo {
    MLP(2, 3, 5) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            return Nets.mlp(tasks, mode, DataType.DOUBLE, new Nesterovs(0.1, 0.9));
        }
    },
    FORTY_TASKS(40) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            return Nets.mlp(tasks, mode, DataType.DOUBLE, new Sgd(0.1));
        }
    },
    CNN(2, 3, 5) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            return Nets.cnn(tasks, mode, DataType.DOUBLE, null);
        }

        @Override
        long[] shape() {
            return IMAGE;
        }
    },
    CNN_DROPOUT(2, 3) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            return Nets.cnn(tasks, mode, DataType.DOUBLE, new Dropout(0.6));
        }

        @Override
        long[] shape() {
            return IMAGE;
        }
    },
    CNN_SPATIAL_DROPOUT(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.setInputTypes(InputType.convolutional(6, 6, 2));
            b.addLayer("c1", new ConvolutionLayer.Builder(3, 3).nOut(3).build(), "in");
            b.addLayer(
                    "c2",
                    new ConvolutionLayer.Builder(2, 2)
                            .nOut(3)
                            .dropOut(new SpatialDropout(0.6))
                            .build(),
                    "c1");
            b.addLayer("pool", new SubsamplingLayer.Builder().kernelSize(2, 2).build(), "c2");
            b.addLayer("fc", new DenseLayer.Builder().nOut(5).build(), "pool");
            return Nets.finish(b, "fc", 5, tasks);
        }

        @Override
        long[] shape() {
            return IMAGE;
        }
    },
    MLP_DROPOUTS(3) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("d1", dense(4, 6).dropOut(new AlphaDropout(0.7)).build(), "in");
            b.addLayer("d2", dense(6, 6).dropOut(new GaussianDropout(0.4)).build(), "d1");
            b.addLayer("noise", dense(6, 6).dropOut(new GaussianNoise(0.2)).build(), "d2");
            b.addLayer("drop", new DropoutLayer(new Dropout(0.5)), "noise");
            b.addLayer(
                    "fw",
                    new FrozenLayerWithBackprop(dense(6, 6).activation(Activation.RELU).build()),
                    "drop");
            b.addLayer("d3", dense(6, 5).build(), "fw");
            String[] outputs = new String[tasks];
            for (int t = 0; t < tasks; t++) {
                outputs[t] = "task" + t;
                OutputLayer head = Nets.softmax(5);
                head.setIDropout(new Dropout(0.7));
                b.addLayer(outputs[t], head, "d3");
            }
            return Nets.init(b.setOutputs(outputs));
        }
    },
    WEIGHT_NOISE(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("d1", dense(4, 6).weightNoise(new DropConnect(0.6)).build(), "in");
            b.addLayer(
                    "d2",
                    dense(6, 5)
                            .weightNoise(new WeightNoise(new NormalDistribution(0, 0.1)))
                            .build(),
                    "d1");
            return Nets.finish(b, "d2", 5, tasks);
        }
    },
    FROZEN_BASE(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("f", new FrozenLayer(dense(4, 6).build()), "in");
            b.addLayer("bn", new BatchNormalization.Builder().nIn(6).nOut(6).build(), "f");
            b.addLayer("d2", dense(6, 5).build(), "bn");
            return Nets.finish(b, "d2", 5, tasks);
        }
    },
    SHARED_IN_PART(4) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("d1", dense(4, 6).build(), "in");
            b.addLayer("left", dense(6, 5).build(), "d1");
            b.addLayer("right", dense(6, 5).build(), "d1");
            b.addVertex("sub", new SubsetVertex(0, 1), "d1");
            b.addVertex("merge", new MergeVertex(), "right", "sub");
            b.addVertex("scale", new ScaleVertex(1.5), "merge");
            b.addVertex("shift", new ShiftVertex(0.1), "scale");
            b.addVertex("norm", new L2NormalizeVertex(), "left");
            b.addVertex(
                    "mul", new ElementWiseVertex(ElementWiseVertex.Op.Product), "norm", "right");
            b.addLayer("task0", Nets.softmax(5), "norm");
            b.addLayer("task1", Nets.softmax(5), "left");
            b.addLayer("task2", Nets.softmax(7), "shift");
            b.addLayer("task3", Nets.softmax(5), "mul");
            return Nets.init(b.setOutputs("task0", "task1", "task2", "task3"));
        }
    },
    /** Two outputs read one head; one of them through a loss without parameters. */
    SHARED_HEAD(3) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("d1", dense(4, 6).build(), "in");
            b.addLayer(
                    "head", dense(6, Nets.CLASSES).activation(Activation.IDENTITY).build(), "d1");
            b.addLayer("id", new ActivationLayer(Activation.IDENTITY), "head");
            b.addLayer(
                    "task0",
                    new LossLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    "id");
            b.addLayer(
                    "task1",
                    new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build(),
                    "head");
            b.addLayer("task2", Nets.softmax(6), "d1");
            return Nets.init(b.setOutputs("task0", "task1", "task2"));
        }
    },
    STACKED(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("a", dense(4, 5).build(), "in");
            b.addLayer("b", dense(4, 5).build(), "in");
            b.addVertex("stack", new StackVertex(), "a", "b");
            b.addLayer("d", dense(5, 5).build(), "stack");
            b.addVertex("u0", new UnstackVertex(0, 2), "d");
            b.addVertex("u1", new UnstackVertex(1, 2), "d");
            b.addVertex("diff", new ElementWiseVertex(ElementWiseVertex.Op.Subtract), "u0", "u1");
            b.addLayer("task0", Nets.softmax(5), "diff");
            b.addLayer("task1", Nets.softmax(5), "u1");
            return Nets.init(b.setOutputs("task0", "task1"));
        }
    },
    EMBEDDING(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.addLayer("e", new EmbeddingLayer.Builder().nIn(4).nOut(6).build(), "in");
            b.addLayer("d", dense(6, 5).build(), "e");
            return Nets.finish(b, "d", 5, tasks);
        }

        @Override
        MultiDataSet batch(int tasks, long seed) {
            MultiDataSet b = super.batch(tasks, seed);
            b.setFeatures(
                    0,
                    Nd4j.createFromArray(new double[] {0, 1, 3, 2, 1}).reshape(new long[] {5, 1}));
            return b;
        }
    },
    DENSE_PREDICTION(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.setInputTypes(InputType.convolutional(6, 6, 2));
            b.addLayer("c1", new ConvolutionLayer.Builder(1, 1).nOut(4).build(), "in");
            b.addLayer("c2", new ConvolutionLayer.Builder(1, 1).nOut(Nets.CLASSES).build(), "c1");
            b.addLayer(
                    "task0",
                    new CnnLossLayer.Builder(LossFunction.MCXENT)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    "c2");
            b.addLayer("c3", new ConvolutionLayer.Builder(1, 1).nOut(Nets.CLASSES).build(), "c1");
            b.addLayer(
                    "task1",
                    new CnnLossLayer.Builder(LossFunction.MSE)
                            .activation(Activation.IDENTITY)
                            .build(),
                    "c3");
            return Nets.init(b.setOutputs("task0", "task1"));
        }

        @Override
        MultiDataSet batch(int tasks, long seed) {
            INDArray in = Nd4j.randn(DataType.DOUBLE, IMAGE);
            INDArray[] labels = new INDArray[tasks];
            for (int t = 0; t < tasks; t++) {
                labels[t] = Nd4j.zeros(DataType.DOUBLE, 4, Nets.CLASSES, 6, 6);
                labels[t].get(NDArrayIndex.all(), NDArrayIndex.point(t)).assign(1);
            }
            return new MultiDataSet(new INDArray[] {in}, labels);
        }
    },
    LSTM_MASKED(2, 3, 5) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            return Nets.lstm(tasks, mode, DataType.DOUBLE);
        }

        @Override
        MultiDataSet batch(int tasks, long seed) {
            return masked(Nets.batch(DataType.DOUBLE, tasks, seed, SEQUENCE), tasks);
        }
    },
    /** Feature masks only: DL4J then uses another mask for the gradient than for the score. */
    BIDIRECTIONAL(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.setInputTypes(InputType.recurrent(3));
            b.addLayer(
                    "bi",
                    new Bidirectional(
                            Bidirectional.Mode.ADD,
                            new LSTM.Builder().nIn(3).nOut(4).dropOut(new Dropout(0.7)).build()),
                    "in");
            b.addLayer(
                    "mul",
                    new Bidirectional(
                            Bidirectional.Mode.MUL, new LSTM.Builder().nIn(4).nOut(4).build()),
                    "bi");
            b.addLayer("last", new LastTimeStep(new LSTM.Builder().nIn(4).nOut(5).build()), "mul");
            b.addLayer("task0", Nets.softmax(5), "last");
            b.addLayer("task1", Nets.softmax(5), "last");
            return Nets.init(b.setOutputs("task0", "task1"));
        }

        @Override
        MultiDataSet batch(int tasks, long seed) {
            MultiDataSet rnn = Nets.batch(DataType.DOUBLE, tasks, seed, SEQUENCE);
            MultiDataSet ff = Nets.batch(DataType.DOUBLE, tasks, seed, 3, 4);
            return new MultiDataSet(rnn.getFeatures(), ff.getLabels());
        }
    },
    CACHED(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b =
                    new NeuralNetConfiguration.Builder()
                            .seed(7)
                            .dataType(DataType.DOUBLE)
                            .updater(new Sgd(0.1))
                            .cacheMode(CacheMode.DEVICE)
                            .trainingWorkspaceMode(mode)
                            .inferenceWorkspaceMode(mode)
                            .graphBuilder()
                            .addInputs("in");
            b.setInputTypes(InputType.convolutional(6, 6, 2));
            b.addLayer("c1", new ConvolutionLayer.Builder(3, 3).nOut(3).build(), "in");
            b.addLayer("c2", new ConvolutionLayer.Builder(3, 3).nOut(3).build(), "c1");
            b.addLayer("fc", new DenseLayer.Builder().nOut(5).build(), "c2");
            return Nets.finish(b, "fc", 5, tasks);
        }

        @Override
        long[] shape() {
            return IMAGE;
        }
    },
    /** Attention is a SameDiff layer. */
    ATTENTION(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.setInputTypes(InputType.recurrent(3));
            b.addLayer("l1", new LSTM.Builder().nIn(3).nOut(4).build(), "in");
            b.addLayer(
                    "attention",
                    new SelfAttentionLayer.Builder()
                            .nIn(4)
                            .nOut(4)
                            .nHeads(2)
                            .projectInput(true)
                            .build(),
                    "l1");
            b.addLayer(
                    "pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), "attention");
            return Nets.finish(b, "pool", 4, tasks);
        }

        @Override
        MultiDataSet batch(int tasks, long seed) {
            MultiDataSet rnn = Nets.batch(DataType.DOUBLE, tasks, seed, SEQUENCE);
            MultiDataSet ff = Nets.batch(DataType.DOUBLE, tasks, seed, 3, 4);
            return new MultiDataSet(rnn.getFeatures(), ff.getLabels());
        }
    },
    TRUNCATED_BPTT(2) {
        @Override
        ComputationGraph graph(WorkspaceMode mode, int tasks) {
            GraphBuilder b = start(mode);
            b.setInputTypes(InputType.recurrent(3));
            b.addLayer("l1", new LSTM.Builder().nIn(3).nOut(4).build(), "in");
            for (int t = 0; t < tasks; t++) {
                b.addLayer(
                        "task" + t,
                        new RnnOutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(4)
                                .nOut(Nets.CLASSES)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "l1");
            }
            b.setOutputs("task0", "task1");
            b.backpropType(BackpropType.TruncatedBPTT).tBPTTLength(2);
            return Nets.init(b);
        }

        @Override
        long[] shape() {
            return SEQUENCE;
        }
    };

    private static final long[] IMAGE = {4, 2, 6, 6};
    private static final long[] SEQUENCE = {3, 3, 5};

    final int[] tasks;

    Zoo(int... tasks) {
        this.tasks = tasks;
    }

    abstract ComputationGraph graph(WorkspaceMode mode, int tasks);

    long[] shape() {
        return new long[] {5, 4};
    }

    MultiDataSet batch(int tasks, long seed) {
        return Nets.batch(DataType.DOUBLE, tasks, seed, shape());
    }

    static GraphBuilder start(WorkspaceMode mode) {
        return Nets.builder(mode, DataType.DOUBLE, new Sgd(0.1)).addInputs("in");
    }

    static DenseLayer.Builder dense(int nIn, int nOut) {
        return new DenseLayer.Builder().nIn(nIn).nOut(nOut);
    }

    private static MultiDataSet masked(MultiDataSet b, int tasks) {
        INDArray mask = Nd4j.ones(DataType.DOUBLE, 3, 5);
        mask.putScalar(1, 4, 0);
        mask.putScalar(2, 3, 0);
        mask.putScalar(2, 4, 0);
        INDArray[] masks = new INDArray[tasks];
        for (int t = 0; t < tasks; t++) {
            masks[t] = mask.dup();
        }
        masks[tasks - 1].putScalar(0, 0, 0);
        b.setFeaturesMaskArrays(new INDArray[] {mask});
        b.setLabelsMaskArray(masks);
        return b;
    }
}
