package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class AcceleratedConvolutionTest {
    @BeforeEach
    void seed() {
        Nd4j.getRandom().setSeed(9);
    }

    private static MultiLayerConfiguration net(
            ConvolutionLayer layer, int channels, int height, int width, WorkspaceMode mode) {
        return new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Adam(1e-3))
                .trainingWorkspaceMode(mode)
                .inferenceWorkspaceMode(mode)
                .convolutionMode(ConvolutionMode.Same)
                .list()
                .layer(new ConvolutionLayer.Builder(1, 1).nOut(channels).build())
                .layer(layer)
                .layer(
                        new ConvolutionLayer.Builder(3, 3)
                                .nOut(20)
                                .activation(Activation.TANH)
                                .build())
                .layer(new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutional(height, width, 2))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        // channels, height, width, kernel, stride, pad, dilation, mode, bias, activation
        "3, 7, 5, 3, 3, 1, 1, 1, 1, 1, 1, Truncate, true, IDENTITY",
        "20, 7, 5, 3, 3, 1, 1, 1, 1, 1, 1, Truncate, false, IDENTITY",
        "20, 9, 8, 3, 2, 2, 1, 1, 0, 1, 1, Truncate, true, RELU",
        "5, 9, 8, 3, 2, 2, 1, 1, 0, 1, 1, Truncate, true, RELU",
        "20, 8, 8, 1, 1, 2, 2, 0, 0, 1, 1, Truncate, false, IDENTITY",
        "4, 8, 8, 1, 1, 1, 1, 0, 0, 1, 1, Truncate, true, TANH",
        "20, 6, 7, 5, 5, 3, 2, 2, 2, 1, 1, Truncate, true, SIGMOID",
        "20, 3, 3, 5, 5, 1, 1, 2, 2, 1, 1, Truncate, false, IDENTITY",
        "3, 2, 2, 3, 3, 2, 2, 1, 1, 1, 1, Truncate, false, ELU",
        "20, 2, 2, 3, 3, 2, 2, 1, 1, 1, 1, Truncate, false, IDENTITY",
        "20, 9, 9, 3, 3, 1, 1, 0, 0, 2, 2, Truncate, true, IDENTITY",
        "6, 9, 9, 3, 3, 1, 2, 2, 1, 2, 3, Truncate, true, IDENTITY",
        "20, 9, 9, 3, 3, 2, 3, 2, 1, 2, 2, Truncate, true, SWISH",
        "20, 7, 6, 3, 3, 2, 2, 0, 0, 1, 1, Same, true, IDENTITY",
        "7, 7, 6, 4, 2, 3, 1, 0, 0, 1, 1, Same, true, LEAKYRELU",
        "20, 7, 6, 2, 2, 3, 3, 0, 0, 1, 1, Same, true, IDENTITY",
        "20, 1, 1, 3, 3, 1, 1, 1, 1, 1, 1, Truncate, true, IDENTITY",
        "20, 7, 7, 3, 3, 2, 2, 1, 1, 1, 1, Strict, false, IDENTITY"
    })
    void equalsStock(
            int channels,
            int height,
            int width,
            int kH,
            int kW,
            int sH,
            int sW,
            int pH,
            int pW,
            int dH,
            int dW,
            ConvolutionMode mode,
            boolean bias,
            Activation activation) {
        ConvolutionLayer layer =
                new ConvolutionLayer.Builder(kH, kW)
                        .stride(sH, sW)
                        .padding(pH, pW)
                        .dilation(dH, dW)
                        .convolutionMode(mode)
                        .nOut(19)
                        .hasBias(bias)
                        .activation(activation)
                        .build();
        Acceleration done =
                Twins.assertEqual(
                        net(layer, channels, height, width, WorkspaceMode.ENABLED),
                        Nd4j.randn(4, 2, height, width),
                        Nd4j.randn(3, 2, height, width),
                        Nd4j.randn(1, 2, height, width));
        assertEquals(3, done.accelerated().size());
    }

    @ParameterizedTest
    @EnumSource(names = {"NONE", "ENABLED"})
    void worksInAllWorkspaceModesAndLargerThanABlock(WorkspaceMode mode) {
        ConvolutionLayer layer =
                new ConvolutionLayer.Builder(3, 3).nOut(40).activation(Activation.RELU).build();
        Twins.assertEqual(
                net(layer, 33, 40, 30, mode),
                Nd4j.randn(9, 2, 40, 30),
                Nd4j.randn(4, 2, 40, 30).permute(0, 1, 2, 3).dup('f'));
    }

    @Test
    void leavesWhatItCannotDoExactly() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .list()
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).dropOut(0.5).build())
                        .layer(
                                new ConvolutionLayer.Builder(3, 3)
                                        .nOut(4)
                                        .weightNoise(
                                                new org.deeplearning4j.nn.conf.weightnoise
                                                        .DropConnect(0.5))
                                        .build())
                        .layer(
                                new ConvolutionLayer.Builder(3, 3)
                                        .nOut(4)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .layer(
                                new org.deeplearning4j.nn.conf.layers.Deconvolution2D.Builder(2, 2)
                                        .nOut(4)
                                        .build())
                        .layer(new OutputLayer.Builder().nOut(3).build())
                        .setInputType(InputType.convolutional(9, 9, 2))
                        .build();
        org.deeplearning4j.nn.multilayer.MultiLayerNetwork net =
                new org.deeplearning4j.nn.multilayer.MultiLayerNetwork(conf);
        net.init();
        Acceleration done = Accelerator.accelerate(net);
        assertEquals(List.of(), List.copyOf(done.accelerated().keySet()));
        assertEquals(
                List.of("dropout", "weight noise", "activation function"),
                List.copyOf(done.stock().values()));
    }
}
