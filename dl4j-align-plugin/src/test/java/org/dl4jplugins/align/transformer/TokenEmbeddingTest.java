package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

class TokenEmbeddingTest {
    private static final INDArray LABELS =
            Nd4j.create(new double[][] {{4, -100, 0, 2}, {2, 3, -100, 1}});

    private static ComputationGraphConfiguration tied(DataType type, int padding) {
        return Tiny.graph(type)
                .addLayer("words", Tiny.words().scale(1.5).paddingIndex(padding).build(), "ids")
                .addLayer("body", new ActivationLayer(Activation.TANH), "words")
                .addVertex("head", new TiedProjection.Builder("words").scale(0.8).build(), "body")
                .addLayer("logits", new TokenLossLayer.Builder().build(), "head")
                .setOutputs("logits")
                .build();
    }

    private static ComputationGraph withTable(ComputationGraphConfiguration configuration) {
        ComputationGraph net = Tiny.init(configuration);
        net.setParam("words_W", table());
        return net;
    }

    private static INDArray table() {
        double[] e = new double[Tiny.VOCABULARY * Tiny.WIDTH];
        for (int i = 0; i < e.length; i++) {
            e[i] = Math.sin(0.9 * i + 0.1);
        }
        return Nd4j.createFromArray(e).reshape(Tiny.VOCABULARY, Tiny.WIDTH);
    }

    private static INDArray gradient(ComputationGraph net, INDArray labels) {
        net.setInputs(Tiny.IDS);
        net.setLabels(labels);
        net.computeGradientAndScore();
        return net.getFlattenedGradients()
                .dup()
                .reshape('c', Tiny.VOCABULARY, Tiny.WIDTH)
                .divi(Tiny.IDS.size(0));
    }

    /** PyTorch: embedding(padding_idx), tanh(1.5 h), 0.8 h E', cross_entropy(ignore_index). */
    @ParameterizedTest
    @CsvSource({"DOUBLE, -1, 1e-14", "DOUBLE, 1, 1e-14", "FLOAT, -1, 3e-7", "FLOAT, 1, 3e-7"})
    void tiedGradientEqualsPyTorch(DataType type, int padding, double tolerance) {
        double[][] expected = {
            {0.02459638462197121, 0.15727479269728473, 0.2087680606412396},
            {0.21740279764366957, -0.05730704928403816, -0.0918908289301407},
            {-0.06065050944251493, -0.1567961011482339, -0.09793484657034537},
            {0.1469296228977673, -0.07825976325227285, -0.1854241301037492},
            {-0.08624905409869081, 0.072181442667931, 0.13654359751793962}
        };
        if (padding == 1) {
            expected[1] =
                    new double[] {
                        0.016467133257326353, -0.02930872280053789, -0.033449396518593424
                    };
        }
        ComputationGraph net = withTable(tied(type, padding));
        for (int pass = 0; pass < 2; pass++) { // the second starts from what the first left behind
            INDArray gradient = gradient(net, LABELS).castTo(DataType.DOUBLE);
            assertEquals(1.8266845385790098, net.score(), 10 * tolerance);
            double worst = gradient.sub(Nd4j.create(expected)).amaxNumber().doubleValue();
            assertTrue(worst < tolerance, "differs by " + worst);
        }
    }

    @Test
    void aSecondBackwardPassDoesNotAddToTheFirst() {
        ComputationGraph net = withTable(tied(DataType.DOUBLE, -1));
        TokenEmbeddingRuntime layer = (TokenEmbeddingRuntime) net.getLayer("words");
        INDArray once = gradient(net, LABELS);
        INDArray hidden = Tiny.random(1, 8, Tiny.WIDTH);
        INDArray logits = Tiny.random(2, 8, Tiny.VOCABULARY);
        layer.addProjectionGradient(logits, hidden);
        INDArray view = layer.getGradientsViewArray().reshape('c', Tiny.VOCABULARY, Tiny.WIDTH);
        assertTrue(view.equalsWithEps(logits.transpose().mmul(hidden), 1e-12));
        assertEquals(once, gradient(net, LABELS));
    }

    @Test
    void frozenVectorsTakeNoGradient() {
        ComputationGraph net = withTable(tied(DataType.FLOAT, -1));
        gradient(net, LABELS);
        ((Freezable) net.getLayer("words")).setFrozen(true);
        assertEquals(0, gradient(net, LABELS).amaxNumber().doubleValue());
        assertTrue(net.gradient().gradientForVariable().isEmpty());
        ((Freezable) net.getLayer("words")).setFrozen(false);
        assertTrue(gradient(net, LABELS).amaxNumber().doubleValue() > 0);
    }

    /** A frozen owner in DL4J's own wrapper: the tied head still works and adds nothing to it. */
    @Test
    void worksInDl4jsFrozenLayer() {
        ComputationGraph net = withTable(tied(DataType.FLOAT, -1));
        INDArray expected = net.outputSingle(Tiny.IDS);
        ComputationGraph frozen =
                new TransferLearning.GraphBuilder(net).setFeatureExtractor("words").build();
        assertEquals(expected, frozen.outputSingle(Tiny.IDS));
        INDArray before = frozen.params().dup();
        frozen.fit(new MultiDataSet(Tiny.IDS, LABELS));
        assertEquals(before, frozen.params());
    }

    @Test
    void transferLearningKeepsTheTable() {
        ComputationGraph net = Tiny.init(Tiny.languageModel(DataType.FLOAT));
        INDArray expected = net.outputSingle(Tiny.IDS);
        ComputationGraph copy =
                new TransferLearning.GraphBuilder(net)
                        .removeVertexKeepConnections("logits")
                        .addLayer("logits", new TokenLossLayer.Builder().build(), "head")
                        .setOutputs("logits")
                        .build();
        assertEquals(expected, copy.outputSingle(Tiny.IDS));
    }

    @Test
    void looksUpAndScalesAndZerosPadding() {
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            ComputationGraph net =
                    withTable(
                            Tiny.graph(type)
                                    .addLayer("words", Tiny.words().scale(1.5).build(), "ids")
                                    .setOutputs("words")
                                    .build());
            INDArray table = table();
            INDArray[] ids = {Tiny.IDS};
            INDArray[] masks = {Tiny.MASK};
            INDArray out = net.output(false, ids, masks)[0].castTo(DataType.DOUBLE);
            for (int b = 0; b < 2; b++) {
                for (int t = 0; t < 4; t++) {
                    double factor = 1.5 * Tiny.MASK.getDouble(b, t);
                    INDArray expected = table.getRow(Tiny.IDS.getInt(b, t)).mul(factor);
                    assertTrue(expected.equalsWithEps(out.slice(b).getRow(t), 1e-6));
                }
            }
        }
    }

    @Test
    void paddingRowStartsAsZerosAndIdsMayBeIntegers() {
        ComputationGraph net = Tiny.init(tied(DataType.FLOAT, 2));
        INDArray table = net.getParam("words_W");
        assertEquals(0, table.getRow(2).amaxNumber().doubleValue());
        assertTrue(table.getRow(1).amaxNumber().doubleValue() > 0);
        INDArray logits = net.outputSingle(Tiny.IDS);
        assertEquals(logits, net.outputSingle(Tiny.IDS.castTo(DataType.INT32)));
        assertEquals(logits, net.outputSingle(Tiny.IDS.castTo(DataType.INT64)));
    }

    /** Many repeated ids and a width of several stripes: the fast sum equals the plain one. */
    @Test
    void fastScatterEqualsPlain() {
        int tokens = 700;
        int width = 150;
        int[] rows = new int[tokens];
        java.util.Random random = new java.util.Random(4);
        for (int i = 0; i < tokens; i++) {
            rows[i] = random.nextInt(12) - 1;
        }
        INDArray gradient = Tiny.random(5, tokens, width);
        INDArray plain = Nd4j.ones(DataType.DOUBLE, 11, width);
        INDArray fast = plain.castTo(DataType.FLOAT);
        Table.scatterAdd(gradient, 0.5, rows, 3, plain);
        Table.scatterAdd(gradient.castTo(DataType.FLOAT), 0.5, rows, 3, fast);
        assertTrue(plain.equalsWithEps(fast.castTo(DataType.DOUBLE), 1e-4));
        INDArray expected = Nd4j.ones(DataType.DOUBLE, 11, width);
        for (int i = 0; i < tokens; i++) {
            if (rows[i] >= 0 && rows[i] != 3) {
                expected.getRow(rows[i]).addi(gradient.getRow(i).mul(0.5));
            }
        }
        assertTrue(expected.equalsWithEps(plain, 1e-10));
        Table.zero(fast);
        assertEquals(0, fast.amaxNumber().doubleValue());
    }

    @Test
    void refusesIdsOutsideTheVocabulary() {
        ComputationGraph net = Tiny.init(Tiny.languageModel(DataType.FLOAT));
        INDArray ids = Tiny.IDS.dup();
        ids.putScalar(1, 2, 5);
        refused(
                () -> net.output(ids),
                "Layer \"words\"",
                "token id 5 at batch 1, time 2",
                "vocabulary of 5",
                "tokenizer and vocabulary of different sizes");
        ids.putScalar(1, 2, -1);
        refused(() -> net.output(ids), "token id -1");
        ids.putScalar(1, 2, 1.5);
        refused(() -> net.output(ids), "token id 1.5");
        refused(() -> net.output(Nd4j.zeros(2, 4, 3)), "[batch, time]", "[2, 4, 3]");
        refused(
                () ->
                        net.output(
                                false, new INDArray[] {Tiny.IDS}, new INDArray[] {Nd4j.ones(2, 3)}),
                "mask [batch, time] = [2, 4]",
                "[2, 3]");
    }

    private static void refused(Runnable body, String... parts) {
        String message = assertThrows(DL4JInvalidInputException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @Test
    void refusesSettings() {
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new TokenEmbedding.Builder().nOut(3).build());
        assertThrows(DL4JInvalidConfigException.class, () -> Tiny.words().paddingIndex(5).build());
        assertThrows(DL4JInvalidConfigException.class, () -> Tiny.words().scale(0).build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new TiedProjection.Builder("words").scale(Double.NaN).build());
        assertThrows(
                DL4JInvalidConfigException.class, () -> new TiedProjection.Builder(" ").build());
        assertThrows(
                DL4JInvalidConfigException.class,
                () ->
                        Tiny.init(
                                Tiny.graph(DataType.FLOAT16)
                                        .addLayer(
                                                "words",
                                                new TokenEmbedding.Builder()
                                                        .nIn(30522)
                                                        .nOut(2)
                                                        .build(),
                                                "ids")
                                        .setOutputs("words")
                                        .build()));
    }

    @Test
    void refusesMissingTiedWeights() {
        ComputationGraphConfiguration absent =
                Tiny.graph()
                        .addLayer("words", Tiny.words().build(), "ids")
                        .addVertex("head", new TiedProjection.Builder("word").build(), "words")
                        .setOutputs("head")
                        .build();
        String message =
                assertThrows(DL4JInvalidConfigException.class, () -> Tiny.init(absent))
                        .getMessage();
        assertTrue(message.contains("\"head\"") && message.contains("\"word\""), message);
        ComputationGraph other =
                Tiny.init(
                        Tiny.graph()
                                .addLayer("words", Tiny.words().build(), "ids")
                                .addLayer("body", new ActivationLayer(Activation.TANH), "words")
                                .addVertex("head", new TiedEmbedding("body"), "ids")
                                .addVertex(
                                        "sum",
                                        new ElementWiseVertex(ElementWiseVertex.Op.Add),
                                        "head",
                                        "body")
                                .setOutputs("sum")
                                .build());
        message =
                assertThrows(DL4JInvalidConfigException.class, () -> other.output(Tiny.IDS))
                        .getMessage();
        assertTrue(message.contains("holds no token vectors"), message);
    }

    @Test
    void inputTypes() {
        TokenEmbedding words = Tiny.words().build();
        InputType expected = InputType.recurrent(Tiny.WIDTH, 7, RNNFormat.NWC);
        assertEquals(expected, words.getOutputType(0, InputType.recurrent(1, 7)));
        assertEquals(expected, words.getOutputType(0, InputType.feedForward(7)));
        words.setNIn(InputType.recurrent(1, 7), true);
        assertEquals(Tiny.VOCABULARY, words.getNIn());
        TiedProjection head = new TiedProjection.Builder("words").vocabulary(5).build();
        assertEquals(InputType.recurrent(5, 7, RNNFormat.NWC), head.getOutputType(0, expected));
    }
}
