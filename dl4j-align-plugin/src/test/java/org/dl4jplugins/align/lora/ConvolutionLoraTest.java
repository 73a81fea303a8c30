package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Convolutions with increments: the materialized weight's outputs and gradients. */
class ConvolutionLoraTest {
    private static final INDArray Y = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}});
    private static final INDArray IMAGES = Nd4j.rand(2, 2, 6, 5).subi(0.5);
    private static final INDArray SERIES = Nd4j.rand(2, 2, 7).subi(0.5);

    private static ConvolutionLayer.Builder kernel(int... size) {
        return new ConvolutionLayer.Builder(size).nOut(3).activation(Activation.TANH);
    }

    private static ComputationGraphConfiguration images(
            CNN2DFormat format, ConvolutionLayer.Builder middle) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("x")
                .addLayer("below", kernel(1, 1).build(), "x")
                .addLayer("conv", middle.build(), "below")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.convolutional(6, 5, 2, format))
                .build();
    }

    private static ComputationGraphConfiguration series(Convolution1DLayer middle) {
        return new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("x")
                .addLayer(
                        "below",
                        new Convolution1D.Builder(1)
                                .nOut(3)
                                .convolutionMode(ConvolutionMode.Same)
                                .activation(Activation.TANH)
                                .build(),
                        "x")
                .addLayer("conv", middle, "below")
                .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "conv")
                .addLayer("out", output(), "pool")
                .setOutputs("out")
                .setInputTypes(InputType.recurrent(2, 7, RNNFormat.NCW))
                .build();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder().nOut(2).activation(Activation.SOFTMAX).build();
    }

    private static Convolution1DLayer.Builder line(int kernel) {
        return new Convolution1DLayer.Builder(kernel).nOut(4).activation(Activation.TANH);
    }

    private static LoraConfig.Builder conv() {
        return new LoraConfig.Builder()
                .targets("conv")
                .modulesToSave("below", "out")
                .rank(2)
                .alpha(3);
    }

    private static INDArray in(CNN2DFormat format, INDArray images) {
        return format == CNN2DFormat.NCHW ? images : images.permute(0, 2, 3, 1).dup('c');
    }

    private static MultiDataSet data(INDArray x) {
        return new MultiDataSet(x, Y);
    }

    @TestFactory
    Stream<DynamicTest> images() {
        ConvolutionLayer.Builder layer =
                kernel(3, 2).stride(2, 1).padding(1, 0).convolutionMode(ConvolutionMode.Truncate);
        return KindBattery.scored(images(CNN2DFormat.NCHW, layer), conv().build())
                .inputs(IMAGES)
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> imagesWithChannelsLastDropoutAndTrainedBias() {
        ConvolutionLayer.Builder layer =
                kernel(2, 3).convolutionMode(ConvolutionMode.Same).dropOut(0.8);
        return KindBattery.plain(
                        images(CNN2DFormat.NHWC, layer),
                        conv().dropout(0.4).bias(BiasMode.LORA_ONLY).build())
                .inputs(in(CNN2DFormat.NHWC, IMAGES))
                .labels(Y)
                .tests();
    }

    @TestFactory
    Stream<DynamicTest> sequencesUnderMasks() {
        INDArray mask =
                Nd4j.createFromArray(new float[][] {{1, 1, 1, 1, 1, 1, 1}, {1, 1, 1, 1, 0, 0, 0}});
        return KindBattery.scored(
                        series(line(3).convolutionMode(ConvolutionMode.Causal).build()),
                        new LoraConfig.Builder()
                                .targets("below", "conv")
                                .modulesToSave("out")
                                .rank(2)
                                .build())
                .inputs(SERIES)
                .labels(Y)
                .featureMasks(mask)
                .tests();
    }

    private static List<ConvolutionLayer.Builder> variants() {
        List<ConvolutionLayer.Builder> all = new ArrayList<>();
        all.add(kernel(3, 2).convolutionMode(ConvolutionMode.Same));
        all.add(kernel(3, 3).convolutionMode(ConvolutionMode.Same).stride(2, 2));
        all.add(kernel(2, 2).convolutionMode(ConvolutionMode.Same).dilation(2, 2));
        all.add(kernel(3, 2).stride(2, 1).padding(1, 1).hasBias(false));
        all.add(kernel(2, 2).convolutionMode(ConvolutionMode.Strict).dilation(1, 2));
        all.add(kernel(1, 1));
        all.add(kernel(1, 1).stride(2, 2));
        return all;
    }

    @Test
    void imagesEqualTheMaterializedTwin() {
        for (CNN2DFormat format : CNN2DFormat.values()) {
            for (ConvolutionLayer.Builder layer : variants()) {
                MaterializedTwin.check(
                        images(format, layer), conv().build(), data(in(format, IMAGES)));
            }
        }
    }

    @Test
    void sequencesEqualTheMaterializedTwin() {
        for (Convolution1DLayer.Builder layer :
                List.of(
                        line(3).convolutionMode(ConvolutionMode.Same),
                        line(3).convolutionMode(ConvolutionMode.Same).stride(2),
                        line(3).convolutionMode(ConvolutionMode.Causal).dilation(2),
                        line(2).convolutionMode(ConvolutionMode.Causal).stride(2).hasBias(false),
                        line(3).padding(1).stride(2),
                        line(1))) {
            MaterializedTwin.check(series(layer.build()), conv().build(), data(SERIES));
        }
    }

    /** DL4J's own layer fails on this format, so the other format is the reference. */
    @Test
    void sequencesWithChannelsLastEqualThoseWithChannelsFirst() {
        LoraLayer first = lone(RNNFormat.NCW);
        LoraLayer last = lone(RNNFormat.NWC);
        INDArray out = output(first, SERIES);
        INDArray transposed = output(last, SERIES.permute(0, 2, 1).dup('c'));
        assertTrue(out.permute(0, 2, 1).equalsWithEps(transposed, 1e-6));
    }

    private static INDArray output(LoraLayer layer, INDArray x) {
        NeuralNetConfiguration conf = new NeuralNetConfiguration();
        conf.setLayer(layer);
        INDArray params = Nd4j.linspace(-1, 1, layer.initializer().numParams(layer));
        Layer runtime = layer.instantiate(conf, null, 0, params, false, params.dataType());
        runtime.setInput(x, LayerWorkspaceMgr.noWorkspaces());
        return runtime.activate(false, LayerWorkspaceMgr.noWorkspaces());
    }

    private static LoraLayer lone(RNNFormat format) {
        Convolution1DLayer base = line(3).nIn(2).convolutionMode(ConvolutionMode.Same).build();
        base.setRnnDataFormat(format);
        base.setLayerName("conv");
        return new LoraLayer.Builder(base, new Convolution1DKind())
                .increments(List.of(new LoraIncrement.Builder("a", "W", 2, 2).build()))
                .build();
    }

    @Test
    void wrongChannelsAreNamed() {
        ComputationGraph graph = new ComputationGraph(images(CNN2DFormat.NCHW, kernel(3, 3)));
        graph.init();
        ComputationGraph adapted =
                new LoraTransformer.Builder(graph)
                        .config(new LoraConfig.Builder().targets("conv").rank(2).build())
                        .build()
                        .transform();
        DL4JInvalidInputException e =
                assertThrows(
                        DL4JInvalidInputException.class,
                        () -> adapted.outputSingle(Nd4j.rand(2, 6, 5, 2)));
        assertTrue(e.getMessage().contains("2 channels on axis 1"), e.getMessage());
    }
}
