package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
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
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

class AcceleratorTest {
    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(9);
    }

    /** A residual network with everything that is accelerated, and some that is not. */
    static ComputationGraphConfiguration residual(WorkspaceMode mode, DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(type)
                .updater(new Nesterovs(0.01, 0.9))
                .l2(1e-3)
                .trainingWorkspaceMode(mode)
                .inferenceWorkspaceMode(mode)
                .convolutionMode(ConvolutionMode.Same)
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv1", unbiased(20, 5, 2), "in")
                .addLayer("bn1", new BatchNormalization(), "conv1")
                .addLayer("relu1", new ActivationLayer(Activation.RELU), "bn1")
                .addLayer(
                        "pool",
                        new SubsamplingLayer.Builder(PoolingType.MAX)
                                .kernelSize(3, 3)
                                .stride(2, 2)
                                .build(),
                        "relu1")
                .addLayer("conv2", unbiased(24, 3, 2), "pool")
                .addLayer("bn2", new BatchNormalization.Builder().decay(0.7).build(), "conv2")
                .addLayer("down", unbiased(24, 1, 2), "pool")
                .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn2", "down")
                .addLayer("relu2", new ActivationLayer(Activation.RELU), "add")
                .addLayer("conv3", unbiased(24, 3, 1), "relu2")
                .addVertex(
                        "add2", new ElementWiseVertex(ElementWiseVertex.Op.Add), "conv3", "relu2")
                .addLayer("tanh", new ActivationLayer(Activation.TANH), "add2")
                .addLayer("avg", new GlobalPoolingLayer(PoolingType.AVG), "tanh")
                .addLayer("fc", new DenseLayer.Builder().nOut(9).hasBias(false).build(), "avg")
                .addLayer("bn3", new BatchNormalization(), "fc")
                .addLayer(
                        "out",
                        new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build(),
                        "bn3")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(19, 22, 3))
                .build();
    }

    /** Before batch norm a bias has no gradient but rounding errors. */
    private static ConvolutionLayer unbiased(int out, int kernel, int stride) {
        ConvolutionLayer layer = conv(out, kernel, stride);
        layer.setHasBias(false);
        return layer;
    }

    private static ConvolutionLayer conv(int out, int kernel, int stride) {
        return new ConvolutionLayer.Builder(kernel, kernel)
                .stride(stride, stride)
                .nOut(out)
                .activation(Activation.IDENTITY)
                .build();
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ENABLED"})
    void residualGraphEqualsStock(WorkspaceMode mode) {
        Acceleration done =
                Twins.assertEqual(
                        residual(mode, DataType.FLOAT),
                        Nd4j.randn(6, 3, 19, 22),
                        Nd4j.randn(3, 3, 19, 22),
                        Nd4j.randn(6, 3, 19, 22),
                        Nd4j.randn(5, 3, 19, 22));
        assertEquals(13, done.accelerated().size());
        assertEquals(Map.of("tanh", "activation function"), done.stock());
        assertEquals(
                "accelerated 2 activation, 2 addition, 3 batch norm, 4 convolution, 1 global"
                        + " pooling, 1 pooling; left as they are: tanh (activation function)",
                done.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "MAX, 3, 2, 2, 2, 1, 1, 1, 1, Truncate, false",
        "MAX, 2, 3, 1, 2, 0, 1, 1, 1, Truncate, false",
        "MAX, 3, 3, 2, 2, 0, 0, 1, 1, Same, false",
        "AVG, 3, 2, 2, 2, 1, 1, 1, 1, Truncate, false",
        "AVG, 3, 2, 2, 2, 1, 1, 1, 1, Truncate, true",
        "AVG, 3, 3, 2, 1, 0, 0, 1, 1, Same, false",
        "AVG, 3, 3, 2, 1, 0, 0, 1, 1, Same, true"
    })
    void poolingEqualsStock(
            PoolingType type,
            int kH,
            int kW,
            int sH,
            int sW,
            int pH,
            int pW,
            int dH,
            int dW,
            ConvolutionMode mode,
            boolean divideByKernel) {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Adam(1e-3))
                        .list()
                        .layer(conv(5, 1, 1))
                        .layer(
                                new SubsamplingLayer.Builder(type)
                                        .kernelSize(kH, kW)
                                        .stride(sH, sW)
                                        .padding(pH, pW)
                                        .dilation(dH, dW)
                                        .convolutionMode(mode)
                                        .avgPoolIncludePadInDivisor(divideByKernel)
                                        .build())
                        .layer(new OutputLayer.Builder().nOut(3).build())
                        .setInputType(InputType.convolutional(7, 8, 2))
                        .build();
        // few distinct values: many windows have several maxima
        Twins.assertEqual(
                conf,
                Nd4j.randn(4, 2, 7, 8),
                org.nd4j.linalg.ops.transforms.Transforms.round(Nd4j.randn(3, 2, 7, 8)));
    }

    @ParameterizedTest
    @CsvSource({"true, 0.9", "false, 0.5"})
    void batchNormEqualsStock(boolean logStd, double decay) {
        BatchNormalization bn =
                new BatchNormalization.Builder().useLogStd(logStd).decay(decay).eps(1e-3).build();
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Adam(1e-3))
                        .convolutionMode(ConvolutionMode.Same)
                        .list()
                        .layer(bn)
                        .layer(unbiased(7, 3, 1))
                        .layer(bn.clone())
                        .layer(new ActivationLayer(Activation.RELU))
                        .layer(new DenseLayer.Builder().nOut(11).hasBias(false).build())
                        .layer(bn.clone())
                        .layer(new OutputLayer.Builder().nOut(3).build())
                        .setInputType(InputType.convolutional(7, 6, 2))
                        .build();
        INDArray far = Nd4j.randn(5, 2, 7, 6).addi(20); // mean far above deviation
        Acceleration done =
                Twins.assertEqual(conf, far, Nd4j.randn(3, 2, 7, 6), Nd4j.randn(5, 2, 7, 6));
        assertEquals(5, done.accelerated().size());
    }

    /** Two halves with statistics of their own. */
    public static class Halves extends BatchNormalization implements GroupedStatistics {
        private static final long serialVersionUID = 1L;

        @Override
        public int groups() {
            return 2;
        }
    }

    private static MultiLayerNetwork single(BatchNormalization bn, InputType type) {
        MultiLayerNetwork net =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list()
                                .layer(bn)
                                .layer(new OutputLayer.Builder().nOut(2).build())
                                .setInputType(type)
                                .build());
        net.init();
        net.getLayer(0).setBackpropGradientsViewArray(Nd4j.create(1, net.getLayer(0).numParams()));
        return net;
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void groupedBatchNormIsOnePerGroupWithSharedParameters(boolean image) {
        InputType type = image ? InputType.convolutional(4, 3, 5) : InputType.feedForward(5);
        long[] shape = image ? new long[] {6, 5, 4, 3} : new long[] {6, 5};
        Halves halves = new Halves();
        MultiLayerNetwork fast = single(halves, type);
        assertEquals(1, Accelerator.accelerate(fast).accelerated().size());
        MultiLayerNetwork stock = single(new BatchNormalization(), type);
        INDArray gamma = Nd4j.rand(1, 5).addi(0.5);
        for (MultiLayerNetwork net : List.of(fast, stock)) {
            net.getLayer(0).getParam("gamma").assign(gamma);
            net.getLayer(0).getParam("beta").assign(0.3);
        }
        INDArray x = Nd4j.randn(shape);
        x.get(NDArrayIndex.interval(3, 6)).muli(3).addi(1);
        INDArray eps = Nd4j.randn(shape);
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        Layer bn = fast.getLayer(0);
        INDArray y = bn.activate(x.dup(), true, none);
        Pair<?, INDArray> first = bn.backpropGradient(eps.dup(), none);
        INDArray gradient = bn.getGradientsViewArray().dup();
        INDArray sum = Nd4j.create(1, 10);
        for (int g = 0; g < 2; g++) {
            INDArray part = x.get(NDArrayIndex.interval(3 * g, 3 * g + 3)).dup();
            INDArray partEps = eps.get(NDArrayIndex.interval(3 * g, 3 * g + 3)).dup();
            Layer one = stock.getLayer(0);
            INDArray out = one.activate(part, true, none);
            Twins.assertClose(out, y.get(NDArrayIndex.interval(3 * g, 3 * g + 3)), 2e-5, "out");
            INDArray in = one.backpropGradient(partEps, none).getSecond();
            Twins.assertClose(
                    in,
                    first.getSecond().get(NDArrayIndex.interval(3 * g, 3 * g + 3)),
                    2e-5,
                    "epsilon");
            INDArray view = one.getGradientsViewArray().reshape(1, 20);
            sum.addi(view.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 10)));
            // running statistics move once per group
            INDArray params = one.params().reshape(1, 20);
            params.get(NDArrayIndex.all(), NDArrayIndex.interval(10, 20))
                    .subi(view.get(NDArrayIndex.all(), NDArrayIndex.interval(10, 20)));
        }
        INDArray flat = gradient.reshape(1, 20);
        Twins.assertClose(
                sum, flat.get(NDArrayIndex.all(), NDArrayIndex.interval(0, 10)), 2e-5, "gamma");
        INDArray moved = bn.params().reshape(1, 20).sub(flat);
        Twins.assertClose(
                stock.getLayer(0)
                        .params()
                        .reshape(1, 20)
                        .get(NDArrayIndex.all(), NDArrayIndex.interval(10, 20)),
                moved.get(NDArrayIndex.all(), NDArrayIndex.interval(10, 20)),
                2e-5,
                "running statistics");
        IllegalArgumentException odd =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> bn.activate(x.get(NDArrayIndex.interval(0, 3)).dup(), true, none));
        assertTrue(odd.getMessage().contains("groups is 2"), odd.getMessage());
    }

    @Test
    void backwardMayBeRepeatedUntilCleared() {
        ComputationGraph net = new ComputationGraph(residual(WorkspaceMode.NONE, DataType.FLOAT));
        net.init();
        Accelerator.accelerate(net);
        net.setInputs(Nd4j.randn(4, 3, 19, 22));
        net.setLabels(Twins.labels(4, 4));
        net.computeGradientAndScore(); // creates the gradient views
        Map<String, INDArray> forward =
                net.feedForward(new INDArray[] {Nd4j.randn(4, 3, 19, 22)}, true, false);
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        int repeatable = 0;
        for (Layer layer : net.getLayers()) {
            if (layer instanceof RepeatableBackward) {
                repeatable++;
                String name = layer.conf().getLayer().getLayerName();
                INDArray eps = Nd4j.randn(forward.get(name).shape());
                INDArray one = layer.backpropGradient(eps.dup(), none).getSecond();
                INDArray view = layer.getGradientsViewArray();
                INDArray gradient = view == null ? null : view.dup();
                layer.backpropGradient(Nd4j.randn(eps.shape()), none);
                INDArray three = layer.backpropGradient(eps.dup(), none).getSecond();
                assertEquals(one, three, name);
                if (view != null) {
                    assertEquals(gradient, view, name);
                }
            }
        }
        assertEquals(11, repeatable);
    }

    @Test
    void savedAndClonedModelsAreStock(@TempDir Path dir) throws Exception {
        ComputationGraph net =
                new ComputationGraph(residual(WorkspaceMode.ENABLED, DataType.FLOAT));
        net.init();
        String json = net.getConfiguration().toJson();
        Accelerator.accelerate(net);
        assertEquals(json, net.getConfiguration().toJson());
        INDArray[] x = {Nd4j.randn(4, 3, 19, 22)};
        INDArray[] y = {Twins.labels(4, 4)};
        net.fit(x, y);
        File file = dir.resolve("net.zip").toFile();
        net.save(file, true);
        ComputationGraph loaded = ComputationGraph.load(file, true);
        ComputationGraph copy = net.clone();
        for (ComputationGraph other : List.of(loaded, copy)) {
            for (Layer layer : other.getLayers()) {
                assertFalse(layer instanceof PixelLayer);
            }
            assertEquals(net.params(), other.params());
        }
        net.fit(x, y);
        loaded.fit(x, y);
        Twins.assertClose(loaded.params(), net.params(), 1e-5, "next step");
        Twins.assertClose(
                loaded.getUpdater().getStateViewArray(),
                net.getUpdater().getStateViewArray(),
                1e-4,
                "updater state");
        Accelerator.restore(net);
        for (Layer layer : net.getLayers()) {
            assertFalse(layer instanceof PixelLayer);
        }
        net.fit(x, y);
        loaded.fit(x, y);
        Twins.assertClose(loaded.params(), net.params(), 1e-5, "restored");
    }

    @Test
    void againIsHarmlessAndOtherTypesAreLeftAlone() {
        ComputationGraph net =
                new ComputationGraph(residual(WorkspaceMode.ENABLED, DataType.FLOAT));
        net.init();
        Acceleration once = Accelerator.accelerate(net);
        Layer conv = net.getLayer("conv2");
        assertEquals(once, Accelerator.accelerate(net));
        assertEquals(conv, net.getLayer("conv2"));
        ComputationGraph precise =
                new ComputationGraph(residual(WorkspaceMode.ENABLED, DataType.DOUBLE));
        precise.init();
        Acceleration none = Accelerator.accelerate(precise);
        assertNotNull(none.obstacle());
        assertTrue(none.toString().contains("DOUBLE"), none.toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> Accelerator.accelerate(new ComputationGraph(net.getConfiguration())));
    }
}
