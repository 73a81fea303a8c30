package org.dl4jplugins.mtl.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
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
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * ResNet-18 with one classification head per task: the network of Recon's MultiFashion+MNIST
 * experiment, built from stock DL4J layers only.
 *
 * <p>Input {@code input} of shape [batch, channel, height, width]; a 7x7/2 convolution and a 3x3/2
 * max pooling, four stages of two residual blocks (width, 2, 4 and 8 times width channels), global
 * average pooling, a dense layer {@code fc} with ReLU, and per task a softmax {@link OutputLayer}
 * named like the task with labels [batch, class]. The 41 layers with parameters that all tasks
 * share carry the reference implementation's names: {@code conv1}, {@code bn1}, {@code
 * layer1.0.conv1} ... {@code layer4.1.bn2}, {@code layer2.0.downsample.0} (1x1 convolution), {@code
 * layer2.0.downsample.1} (its batch norm), {@code fc}. Convolutions have no bias.
 *
 * <pre>{@code
 * ComputationGraph net = new ResNet18.Builder()
 *         .task("left", 10).task("right", 10)
 *         .build().init();
 * }</pre>
 *
 * <p>With the defaults and two tasks of 10 classes: 11,223,560 trainable parameters.
 */
public final class ResNet18 {
    /** Name of the network input. */
    public static final String INPUT = "input";

    private final Builder b;

    private ResNet18(Builder builder) {
        b = builder;
    }

    /**
     * A new, initialized network.
     *
     * @return the network, weights drawn with the seed
     */
    public ComputationGraph init() {
        ComputationGraph graph = new ComputationGraph(configuration());
        graph.init();
        return graph;
    }

    /**
     * The configuration, for changes before {@code init()}.
     *
     * @return a new stock configuration
     */
    public ComputationGraphConfiguration configuration() {
        GraphBuilder g =
                new NeuralNetConfiguration.Builder()
                        .seed(b.seed)
                        .updater(b.updater.clone())
                        .weightInit(WeightInit.RELU)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .graphBuilder()
                        .addInputs(INPUT);
        convolution(g, "conv1", INPUT, b.width, 7, 2, 3);
        batchNorm(g, "bn1", "conv1");
        relu(g, "relu", "bn1");
        g.addLayer(
                "maxpool",
                new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(3, 3)
                        .stride(2, 2)
                        .padding(1, 1)
                        .build(),
                "relu");
        String last = "maxpool";
        for (int stage = 0; stage < 4; stage++) {
            for (int block = 0; block < 2; block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                String name = "layer" + (stage + 1) + "." + block;
                last = block(g, name, last, b.width << stage, stride);
            }
        }
        g.addLayer("avgpool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last);
        g.addLayer(
                "fc",
                new DenseLayer.Builder().nOut(b.hidden).activation(Activation.RELU).build(),
                "avgpool");
        b.tasks.forEach(
                (task, classes) ->
                        g.addLayer(
                                task,
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .nOut(classes)
                                        .weightInit(WeightInit.XAVIER)
                                        .activation(Activation.SOFTMAX)
                                        .build(),
                                "fc"));
        return g.setOutputs(b.tasks.keySet().toArray(new String[0]))
                .setInputTypes(InputType.convolutional(b.height, b.width2d, b.channels))
                .build();
    }

    private static String block(GraphBuilder g, String name, String in, int width, int stride) {
        convolution(g, name + ".conv1", in, width, 3, stride, 1);
        batchNorm(g, name + ".bn1", name + ".conv1");
        relu(g, name + ".relu1", name + ".bn1");
        convolution(g, name + ".conv2", name + ".relu1", width, 3, 1, 1);
        batchNorm(g, name + ".bn2", name + ".conv2");
        String skip = in;
        if (stride != 1) {
            convolution(g, name + ".downsample.0", in, width, 1, stride, 0);
            skip = name + ".downsample.1";
            batchNorm(g, skip, name + ".downsample.0");
        }
        g.addVertex(
                name + ".add",
                new ElementWiseVertex(ElementWiseVertex.Op.Add),
                name + ".bn2",
                skip);
        relu(g, name + ".relu2", name + ".add");
        return name + ".relu2";
    }

    private static void convolution(
            GraphBuilder g, String name, String in, int out, int kernel, int stride, int padding) {
        g.addLayer(
                name,
                new ConvolutionLayer.Builder(kernel, kernel)
                        .stride(stride, stride)
                        .padding(padding, padding)
                        .nOut(out)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                in);
    }

    private static void batchNorm(GraphBuilder g, String name, String in) {
        g.addLayer(name, new BatchNormalization.Builder().decay(0.9).eps(1e-5).build(), in);
    }

    private static void relu(GraphBuilder g, String name, String in) {
        g.addLayer(name, new ActivationLayer.Builder().activation(Activation.RELU).build(), in);
    }

    /** Settings of a {@link ResNet18}; at least one {@link #task} is required. */
    public static final class Builder {
        private final Map<String, Integer> tasks = new LinkedHashMap<>();
        private int channels = 1;
        private int height = 36;
        private int width2d = 36;
        private int width = 64;
        private int hidden = 100;
        private long seed = 42;
        private IUpdater updater = new Nesterovs(0.01, 0.9);

        /**
         * Adds a head.
         *
         * @param name name of the output layer, not used by another layer
         * @param classes number of classes, at least 2
         * @return this
         * @throws IllegalArgumentException if the name is taken or classes is below 2
         */
        public Builder task(String name, int classes) {
            check(classes >= 2, "classes of task " + name, classes, "at least 2");
            check(tasks.putIfAbsent(name, classes) == null, "task", name, "a name not used before");
            return this;
        }

        /**
         * Size of the input images.
         *
         * @param channels channels, default 1
         * @param height pixels, at least 1, default 36
         * @param width pixels, at least 1, default 36
         * @return this
         */
        public Builder input(int channels, int height, int width) {
            this.channels = positive("channels", channels);
            this.height = positive("height", height);
            this.width2d = positive("width", width);
            return this;
        }

        /**
         * Channels of the first stage.
         *
         * @param width at least 1, default 64; 8 trains about 40 times faster
         * @return this
         */
        public Builder width(int width) {
            this.width = positive("width", width);
            return this;
        }

        /**
         * Units of the dense layer {@code fc}.
         *
         * @param hidden at least 1, default 100
         * @return this
         */
        public Builder hidden(int hidden) {
            this.hidden = positive("hidden", hidden);
            return this;
        }

        /**
         * Seed of the initial weights.
         *
         * @param seed any number but 0, which ND4J takes as no seed; default 42
         * @return this
         * @throws IllegalArgumentException if the seed is 0
         */
        public Builder seed(long seed) {
            check(seed != 0, "seed", seed, "any number but 0, which ND4J takes as no seed");
            this.seed = seed;
            return this;
        }

        /**
         * Updater of all layers.
         *
         * @param updater default Nesterovs with learning rate 0.01 and momentum 0.9
         * @return this
         */
        public Builder updater(IUpdater updater) {
            check(updater != null, "updater", null, "an updater");
            this.updater = updater;
            return this;
        }

        /**
         * Checks the settings.
         *
         * @return the network description
         * @throws IllegalArgumentException if there is no task
         */
        public ResNet18 build() {
            check(!tasks.isEmpty(), "tasks", tasks.keySet(), "at least one task");
            return new ResNet18(copy());
        }

        private Builder copy() {
            Builder c = new Builder().input(channels, height, width2d).width(width).hidden(hidden);
            c.tasks.putAll(tasks);
            return c.seed(seed).updater(updater);
        }

        private static int positive(String name, int value) {
            check(value >= 1, name, value, "at least 1");
            return value;
        }

        private static void check(boolean ok, String name, Object value, String right) {
            if (!ok) {
                throw new IllegalArgumentException(name + " is " + value + ", must be " + right);
            }
        }
    }

    /**
     * The tasks.
     *
     * @return task name to number of classes, in output order
     */
    public Map<String, Integer> tasks() {
        return Collections.unmodifiableMap(b.tasks);
    }
}
