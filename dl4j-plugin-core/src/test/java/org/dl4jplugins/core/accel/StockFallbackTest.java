package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.workspace.WorkspacesCloseable;

/** Where the accelerated layers cannot compute, the stock ones do. */
class StockFallbackTest {
    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(9);
    }

    /** The limits leave the longest arrays, some arrays, and all arrays to the stock layers. */
    @ParameterizedTest
    @CsvSource({"NONE, 1", "ENABLED, 1", "ENABLED, 3000", "ENABLED, 12000", "NONE, 12000"})
    void longArraysAreComputedByStockLayers(WorkspaceMode mode, long limit) {
        Twins.assertEqual(
                limit,
                AcceleratorTest.residual(mode, DataType.FLOAT),
                Nd4j.randn(6, 3, 19, 22),
                Nd4j.randn(3, 3, 19, 22),
                Nd4j.randn(6, 3, 19, 22));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, Floats.MAX_LENGTH})
    void maximaOverPaddingAreLeftToTheStockLayer(long limit) {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Sgd(1e-3))
                        .list()
                        .layer(new ConvolutionLayer.Builder(1, 1).nOut(5).hasBias(false).build())
                        .layer(
                                new SubsamplingLayer.Builder(PoolingType.MAX)
                                        .kernelSize(2, 2)
                                        .stride(2, 2)
                                        .padding(2, 2)
                                        .convolutionMode(ConvolutionMode.Truncate)
                                        .build())
                        .layer(
                                new ConvolutionLayer.Builder(1, 1)
                                        .nOut(4)
                                        .activation(Activation.TANH)
                                        .build())
                        .layer(
                                new OutputLayer.Builder()
                                        .nOut(3)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .setInputType(InputType.convolutional(6, 8, 2))
                        .build();
        Acceleration done =
                Twins.assertEqual(limit, conf, Nd4j.randn(4, 2, 6, 8), Nd4j.randn(3, 2, 6, 8));
        assertEquals(3, done.accelerated().size());
    }

    @Test
    void backwardMayBeRepeatedThereToo() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .convolutionMode(ConvolutionMode.Same)
                        .list()
                        .layer(
                                new ConvolutionLayer.Builder(3, 3)
                                        .nOut(5)
                                        .activation(Activation.TANH)
                                        .build())
                        .layer(new BatchNormalization())
                        .layer(new ActivationLayer(Activation.RELU))
                        .layer(new SubsamplingLayer.Builder(PoolingType.MAX).build())
                        .layer(new OutputLayer.Builder().nOut(3).build())
                        .setInputType(InputType.convolutional(6, 8, 2))
                        .build();
        MultiLayerNetwork net = new MultiLayerNetwork(conf);
        net.init();
        Accelerator.accelerate(net, 1);
        net.setInput(Nd4j.randn(4, 2, 6, 8));
        net.setLabels(Twins.labels(4, 3));
        net.computeGradientAndScore();
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        INDArray x = Nd4j.randn(4, 2, 6, 8);
        for (int i = 0; i < 4; i++) {
            Layer layer = net.getLayer(i);
            assertTrue(layer instanceof RepeatableBackward);
            INDArray y = layer.activate(x, true, none).dup();
            INDArray eps = Nd4j.randn(y.shape());
            INDArray one = layer.backpropGradient(eps.dup(), none).getSecond().dup();
            INDArray view = layer.getGradientsViewArray();
            INDArray gradient = view == null ? null : view.dup();
            layer.backpropGradient(Nd4j.randn(y.shape()), none);
            INDArray three = layer.backpropGradient(eps.dup(), none).getSecond();
            assertEquals(one, three);
            assertEquals(gradient, view);
            x = y;
        }
    }

    @Test
    void groupsRefuseLongArrays() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(new AcceleratorTest.Halves())
                        .layer(new OutputLayer.Builder().nOut(3).build())
                        .setInputType(InputType.convolutional(4, 4, 2))
                        .build();
        MultiLayerNetwork net = new MultiLayerNetwork(conf);
        net.init();
        Accelerator.accelerate(net, 100);
        DL4JInvalidInputException e =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () -> net.feedForward(Nd4j.randn(4, 2, 4, 4), true));
        assertTrue(e.getMessage().contains("at most 100 elements"), e.getMessage());
        assertTrue(e.getMessage().contains("[4, 2, 4, 4]"), e.getMessage());
    }

    @Test
    void gradientsOfNetworkInputsAreLeftOutInWorkspacesOnly() {
        ComputationGraph stock =
                new ComputationGraph(AcceleratorTest.residual(WorkspaceMode.NONE, DataType.FLOAT));
        stock.init();
        ComputationGraph fast = stock.clone();
        Accelerator.accelerate(fast);
        INDArray x = Nd4j.randn(4, 3, 19, 22);
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        List<INDArray> gradients = new ArrayList<>();
        INDArray eps = Nd4j.randn(4, 20, 10, 11);
        for (ComputationGraph net : List.of(stock, fast)) {
            net.setInputs(x);
            net.setLabels(Twins.labels(4, 4));
            net.computeGradientAndScore(); // creates the gradient views
            net.feedForward(new INDArray[] {x}, true, false);
            gradients.add(
                    net.getLayer("conv1").backpropGradient(eps.dup(), none).getSecond().dup());
        }
        Twins.assertClose(gradients.get(0), gradients.get(1), 1e-5, "gradient of the input");
        WorkspaceConfiguration conf = WorkspaceConfiguration.builder().build();
        LayerWorkspaceMgr manager =
                LayerWorkspaceMgr.builder()
                        .with(ArrayType.ACTIVATION_GRAD, "epsilons", conf)
                        .with(ArrayType.BP_WORKING_MEM, "working", conf)
                        .build();
        try (WorkspacesCloseable open =
                manager.notifyScopeEntered(ArrayType.ACTIVATION_GRAD, ArrayType.BP_WORKING_MEM)) {
            assertNotNull(open);
            assertNull(fast.getLayer("conv1").backpropGradient(eps.dup(), manager).getSecond());
        }
    }
}
