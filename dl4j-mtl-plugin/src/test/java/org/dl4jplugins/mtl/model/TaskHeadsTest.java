package org.dl4jplugins.mtl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** From one output to one per task. */
class TaskHeadsTest {

    /** Trunks that end in different kinds of activations. */
    enum Trunk {
        DENSE,
        CONVOLUTION,
        RECURRENT;

        MultiLayerNetwork network() {
            ListBuilder list =
                    new NeuralNetConfiguration.Builder()
                            .seed(3)
                            .dataType(DataType.DOUBLE)
                            .updater(new Adam(0.02))
                            .l2(1e-4)
                            .activation(Activation.TANH)
                            .list();
            MultiLayerConfiguration conf =
                    switch (this) {
                        case DENSE ->
                                list.layer(new DenseLayer.Builder().nOut(6).build())
                                        .layer(new BatchNormalization())
                                        .layer(head(3))
                                        .setInputType(InputType.feedForward(4))
                                        .build();
                        case CONVOLUTION ->
                                list.layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                                        .layer(head(3))
                                        .setInputType(InputType.convolutional(6, 5, 2))
                                        .build();
                        case RECURRENT ->
                                list.layer(new LSTM.Builder().nOut(5).build())
                                        .layer(head(3))
                                        .backpropType(BackpropType.TruncatedBPTT)
                                        .tBPTTLength(4)
                                        .setInputType(InputType.recurrent(4))
                                        .build();
                    };
            MultiLayerNetwork network = new MultiLayerNetwork(conf);
            network.init();
            for (int i = 0; i < 3; i++) {
                network.fit(new DataSet(features(), labels(3, 1)));
            }
            return network;
        }

        BaseOutputLayer head(int classes) {
            return this == RECURRENT
                    ? new RnnOutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(classes)
                            .activation(Activation.SOFTMAX)
                            .build()
                    : new OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(classes)
                            .activation(Activation.SOFTMAX)
                            .build();
        }

        INDArray features() {
            long[] shape =
                    switch (this) {
                        case DENSE -> new long[] {8, 4};
                        case CONVOLUTION -> new long[] {8, 2, 6, 5};
                        case RECURRENT -> new long[] {8, 4, 4};
                    };
            Nd4j.getRandom().setSeed(5);
            return Nd4j.randn(DataType.DOUBLE, shape);
        }

        INDArray labels(int classes, long seed) {
            Random random = new Random(seed);
            INDArray labels =
                    this == RECURRENT
                            ? Nd4j.zeros(DataType.DOUBLE, 8, classes, 4)
                            : Nd4j.zeros(DataType.DOUBLE, 8, classes, 1);
            for (int i = 0; i < 8; i++) {
                for (int step = 0; step < labels.size(2); step++) {
                    labels.putScalar(new int[] {i, random.nextInt(classes), step}, 1);
                }
            }
            return this == RECURRENT ? labels : labels.reshape(8, classes);
        }

        MultiDataSet data() {
            return new MultiDataSet(
                    new INDArray[] {features()}, new INDArray[] {labels(3, 2), labels(2, 3)});
        }

        TaskHeads.Builder heads() {
            return new TaskHeads.Builder(network()).task("a", head(3)).task("b", head(2));
        }
    }

    @ParameterizedTest
    @EnumSource(Trunk.class)
    void theTrunkStaysAsItWas(Trunk trunk) {
        MultiLayerNetwork network = trunk.network();
        INDArray parameters = network.params().dup();
        String configuration = network.getLayerWiseConfigurations().toJson();
        Layer given = trunk.head(2);
        ComputationGraph graph =
                new TaskHeads.Builder(network).task("a", trunk.head(3)).task("b", given).build();

        assertEquals(List.of("a", "b"), graph.getConfiguration().getNetworkOutputs());
        assertEquals(DataType.DOUBLE, graph.params().dataType());
        List<INDArray> before = network.feedForward(trunk.features());
        Map<String, INDArray> after = graph.feedForward(trunk.features(), false);
        int trunkLayers = network.getnLayers() - 1;
        for (int i = 0; i < trunkLayers; i++) {
            assertEquals(before.get(i + 1), after.get(String.valueOf(i)));
        }
        assertEquals(3, after.get("a").size(1));
        assertEquals(2, after.get("b").size(1));

        assertEquals(
                network.getLayerWiseConfigurations().getBackpropType(),
                graph.getConfiguration().getBackpropType());
        BaseLayer head = assertInstanceOf(BaseLayer.class, graph.getLayer("b").conf().getLayer());
        BaseLayer old =
                assertInstanceOf(BaseLayer.class, network.getLayer(trunkLayers).conf().getLayer());
        assertEquals(old.getIUpdater(), head.getIUpdater());
        assertEquals(old.getRegularization(), head.getRegularization());

        double loss = graph.score(trunk.data());
        for (int i = 0; i < 5; i++) {
            graph.fit(trunk.data());
        }
        assertTrue(graph.score(trunk.data()) < loss);
        assertEquals(parameters, network.params());
        assertEquals(configuration, network.getLayerWiseConfigurations().toJson());
        assertEquals(trunk.head(2), given);
    }

    @ParameterizedTest
    @EnumSource(Trunk.class)
    void freshParametersComeFromTheSeed(Trunk trunk) {
        INDArray one = trunk.heads().copyParameters(false).seed(9).build().params();
        assertEquals(one, trunk.heads().copyParameters(false).seed(9).build().params());
        assertNotEquals(one, trunk.heads().copyParameters(false).seed(10).build().params());
        assertNotEquals(
                trunk.heads().build().getParam("0_W"),
                trunk.heads().copyParameters(false).build().getParam("0_W"));
    }

    @ParameterizedTest
    @EnumSource(Trunk.class)
    void reconWorksOnIt(Trunk trunk) {
        ComputationGraph graph = trunk.heads().build();
        ConflictListener conflicts = new ConflictListener.Builder().build();
        graph.setListeners(conflicts);
        graph.fit(trunk.data());
        assertEquals("0", conflicts.report().layerNames().get(0));
        Map<String, Layer> heads = new LinkedHashMap<>();
        heads.put("a", trunk.head(3));
        heads.put("b", trunk.head(2));
        ComputationGraph modified =
                new ReconTransformer.Builder(trunk.network(), heads)
                        .report(conflicts.report(), 0)
                        .topK(1)
                        .init(ReconInit.FROM_TRAINED)
                        .build()
                        .transform();
        INDArray[] expected = trunk.heads().build().output(trunk.features());
        INDArray[] actual = modified.output(trunk.features());
        for (int t = 0; t < 2; t++) {
            assertTrue(expected[t].equalsWithEps(actual[t], 1e-10));
        }
        double loss = modified.score(trunk.data());
        for (int i = 0; i < 5; i++) {
            modified.fit(trunk.data());
        }
        assertTrue(modified.score(trunk.data()) < loss);
    }

    @Test
    void graphsWithOneOutputToo() {
        ComputationGraph graph = Trunk.CONVOLUTION.network().toComputationGraph();
        ComputationGraph tasks =
                new TaskHeads.Builder(graph)
                        .task("1", Trunk.CONVOLUTION.head(2))
                        .task("b", Trunk.CONVOLUTION.head(4))
                        .build();
        INDArray x = Trunk.CONVOLUTION.features();
        assertEquals(graph.feedForward(x, false).get("0"), tasks.feedForward(x, false).get("0"));
        assertEquals(4, tasks.output(x)[1].size(1));
    }

    private static void refuses(String part, Runnable action) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }

    @Test
    void saysWhatIsWrong() {
        MultiLayerNetwork network = Trunk.DENSE.network();
        TaskHeads.Builder builder = new TaskHeads.Builder(network).task("a", Trunk.DENSE.head(2));
        refuses("[a] given, right are at least two", builder::build);
        refuses("\"a\" given", () -> builder.task("a", Trunk.DENSE.head(2)));
        refuses("\"0\" given", () -> builder.task("0", Trunk.DENSE.head(2)));
        refuses("seed: 0 given", () -> builder.seed(0));
        ComputationGraph two = Trunk.DENSE.heads().build();
        refuses("[a, b], must have one", () -> new TaskHeads.Builder(two));
        refuses(
                "not initialized",
                () ->
                        new TaskHeads.Builder(
                                new MultiLayerNetwork(network.getLayerWiseConfigurations())));
    }
}
