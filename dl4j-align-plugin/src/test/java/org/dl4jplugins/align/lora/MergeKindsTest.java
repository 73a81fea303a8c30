package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Merging on every kind of layer that takes increments. */
@SuppressWarnings("try") // scopes are closed, not used
class MergeKindsTest {
    private static final DataType D = DataType.DOUBLE;

    /** A layer, how its input looks, and its matrices. */
    enum Case {
        CONVOLUTION(
                new ConvolutionLayer.Builder(2, 3).nOut(3).build(),
                InputType.convolutional(4, 5, 2),
                1),
        CONVOLUTION_1D(
                new Convolution1DLayer.Builder(2).nOut(3).build(), InputType.recurrent(4, 6), 1),
        LONG_SHORT_TERM_MEMORY(new LSTM.Builder().nOut(3).build(), InputType.recurrent(4, 6), 2),
        EMBEDDING(
                new EmbeddingSequenceLayer.Builder().nIn(7).nOut(3).inputLength(6).build(),
                InputType.recurrent(7, 6),
                1);

        private final Layer layer;
        private final InputType input;
        private final int matrices;

        Case(Layer layer, InputType input, int matrices) {
            this.layer = layer;
            this.input = input;
            this.matrices = matrices;
        }

        private INDArray sample() {
            if (this == EMBEDDING) {
                return Nd4j.createFromArray(new double[] {0, 3, 6, 2, 2, 1, 5, 4, 3, 2, 1, 0})
                        .reshape(2, 1, 6);
            }
            return this == CONVOLUTION
                    ? AdapterNets.input(D, 2, 2, 4, 5)
                    : AdapterNets.input(D, 2, 4, 6);
        }

        private MultiLayerNetwork network() {
            layer.setLayerName("adapted");
            MultiLayerConfiguration conf =
                    new NeuralNetConfiguration.Builder()
                            .dataType(D)
                            .seed(3)
                            .updater(new Adam(0.02))
                            .list(
                                    layer.clone(),
                                    new GlobalPoolingLayer.Builder().name("pool").build(),
                                    new OutputLayer.Builder()
                                            .name("head")
                                            .nOut(2)
                                            .activation(Activation.SOFTMAX)
                                            .build())
                            .setInputType(input)
                            .build();
            MultiLayerNetwork network = new MultiLayerNetwork(conf);
            network.init();
            return network;
        }
    }

    private static LoraConfig config(String name, int rank, boolean dora) {
        return new LoraConfig.Builder()
                .adapterName(name)
                .targets("adapted")
                .rank(rank)
                .dora(dora)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Case.class)
    void mergedIsUnmergedAndDisabledIsTheBase(Case c) {
        MultiLayerNetwork base = c.network();
        MultiLayerNetwork one =
                new LoraTransformer.Builder(base)
                        .config(config("one", 2, false))
                        .build()
                        .transformNetwork();
        MultiLayerNetwork lora = Adapters.of(one).add(config("two", 1, c != Case.EMBEDDING));
        java.util.Random random = new java.util.Random(8);
        lora.paramTable()
                .forEach(
                        (key, value) -> {
                            if (key.contains(".loraA.") || key.contains(".loraB.")) {
                                AdapterNets.fill(value, random);
                            }
                        });
        Adapters.of(lora).activate("one", "two");
        assertEquals(2 * c.matrices, Adapters.of(lora).status().rows().size());
        Adapters.of(lora).status().requireApplied();
        INDArray x = c.sample();
        INDArray unmerged = lora.output(x).dup();
        assertTrue(AdapterNets.difference(unmerged, base.output(x)) > 1e-3);
        try (DisabledAdapters off = Adapters.of(lora).disable()) {
            assertTrue(AdapterNets.difference(base.output(x), lora.output(x)) < 1e-12);
        }
        MultiLayerNetwork merged = LoraMerge.merge(lora);
        MergeReport.compare(lora, merged, x).requireAtMost(1e-10);
        assertFalse(merged.getLayerWiseConfigurations().toJson().contains("align.lora"));
        INDArray params = lora.params().dup();
        try (MergedInPlace inPlace = LoraMerge.mergeInPlace(lora)) {
            assertEquals(c.matrices, inPlace.matrices().size());
            assertTrue(AdapterNets.difference(unmerged, lora.output(x)) < 1e-10);
        }
        assertEquals(params, lora.params());
        assertEquals(unmerged, lora.output(x));
        assertEquals(base.params(), LoraMerge.unload(lora).params());
    }
}
