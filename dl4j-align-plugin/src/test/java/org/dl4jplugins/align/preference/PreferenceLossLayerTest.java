package org.dl4jplugins.align.preference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.core.testing.BatteryCheck;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

class PreferenceLossLayerTest {
    private static final int ROWS = 4;
    private static final int TIME = 3;
    private static final int VOCABULARY = 5;
    private static final INDArray IDS =
            Nd4j.create(new double[][] {{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11}});
    private static final INDArray LABELS =
            Nd4j.create(new double[][] {{1, 2, 3}, {0, 4, 1}, {1, 0, 0}, {2, 2, 4}});
    private static final double[] REFERENCE = {-2.5, -3, -1.25, -4};
    private static final INDArray MASK =
            Nd4j.create(new double[][] {{0, 1, 1}, {1, 1, 1}, {0, 1, 0}, {0, 0, 1}});

    private static PreferenceLossLayer.Builder loss() {
        return new PreferenceLossLayer.Builder().beta(0.7);
    }

    private static ComputationGraphConfiguration embeddings(
            DataType type, boolean miniBatch, IUpdater updater, PreferenceLossLayer loss) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .miniBatch(miniBatch)
                .updater(updater)
                .graphBuilder()
                .addInputs("ids")
                .addLayer(
                        "words",
                        new TokenEmbedding.Builder().nIn(ROWS * TIME).nOut(VOCABULARY).build(),
                        "ids")
                .addLayer("logits", loss, "words")
                .setOutputs("logits")
                .build();
    }

    private static ComputationGraphConfiguration body(PreferenceLossLayer loss) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("ids")
                .addLayer(
                        "words",
                        new TokenEmbedding.Builder().nIn(ROWS * TIME).nOut(3).build(),
                        "ids")
                .addLayer(
                        "head",
                        new Linear.Builder()
                                .nIn(3)
                                .nOut(VOCABULARY)
                                .activation(Activation.TANH)
                                .build(),
                        "words")
                .addLayer("logits", loss, "head")
                .setOutputs("logits")
                .build();
    }

    private static INDArray labels() {
        return Nd4j.concat(1, LABELS, Nd4j.createFromArray(REFERENCE).reshape(ROWS, 1));
    }

    private static MultiDataSet batch(INDArray labels, INDArray mask) {
        return new MultiDataSet(
                new INDArray[] {IDS},
                new INDArray[] {labels},
                null,
                mask == null ? null : new INDArray[] {mask});
    }

    private static ComputationGraph graph(
            DataType type, boolean miniBatch, PreferenceLossLayer loss) {
        ComputationGraph graph =
                new ComputationGraph(embeddings(type, miniBatch, new Sgd(1), loss));
        graph.init();
        INDArray logits = Nd4j.create(DataType.DOUBLE, ROWS * TIME, VOCABULARY);
        for (int i = 0; i < logits.length(); i++) {
            logits.putScalar(i / VOCABULARY, i % VOCABULARY, 2 * Math.sin(0.9 * i + 0.2));
        }
        graph.setParam("words_W", logits);
        return graph;
    }

    /** The batch's loss, straight from its definition. */
    private static double expected(INDArray table, double beta, double s, double[] reference) {
        double[] rewards = new double[ROWS];
        for (int row = 0; row < ROWS; row++) {
            double sum = 0;
            for (int t = 0; t < TIME; t++) {
                if (MASK.getDouble(row, t) == 1) {
                    INDArray p = Nd4j.nn().softmax(table.getRow(row * TIME + t, true));
                    sum += Math.log(p.getDouble(0, LABELS.getInt(row, t)));
                }
            }
            rewards[row] = beta * (sum - reference[row]);
        }
        double loss = 0;
        for (int i = 0; i < ROWS / 2; i++) {
            double sigmoid = 1 / (1 + Math.exp(rewards[i + ROWS / 2] - rewards[i]));
            loss -= (1 - s) * Math.log(sigmoid) + s * Math.log(1 - sigmoid);
        }
        return loss / (ROWS / 2);
    }

    @ParameterizedTest
    @CsvSource({"DOUBLE, 0, true", "DOUBLE, 0.2, true", "DOUBLE, 0.2, false", "FLOAT, 0.1, true"})
    void lossAndGradientAreTheDefinitions(DataType type, double smoothing, boolean miniBatch) {
        ComputationGraph graph = graph(type, miniBatch, loss().labelSmoothing(smoothing).build());
        double tolerance = type == DataType.DOUBLE ? 1e-9 : 1e-6;
        INDArray before = graph.getParam("words_W").dup().castTo(DataType.DOUBLE);
        double loss = expected(before, 0.7, smoothing, REFERENCE);
        assertEquals(loss, graph.score(batch(labels(), MASK)), tolerance);
        INDArray scores = graph.scoreExamples(batch(labels(), MASK), false);
        assertEquals(loss, scores.meanNumber().doubleValue(), tolerance);
        assertEquals(scores.getDouble(1), scores.getDouble(3), 0);
        graph.fit(batch(labels(), MASK));
        assertEquals(loss, graph.score(), tolerance);
        INDArray step = before.sub(graph.getParam("words_W").castTo(DataType.DOUBLE));
        for (int i = 0; i < before.rows(); i++) {
            for (int c = 0; c < VOCABULARY; c++) {
                double x = before.getDouble(i, c);
                before.putScalar(i, c, x + 1e-5);
                double up = expected(before, 0.7, smoothing, REFERENCE);
                before.putScalar(i, c, x - 1e-5);
                double down = expected(before, 0.7, smoothing, REFERENCE);
                before.putScalar(i, c, x);
                assertEquals((up - down) / 2e-5, step.getDouble(i, c), tolerance);
            }
        }
    }

    @Test
    void withoutReferenceItIsZeroAndItsColumnMayBeAbsent() {
        ComputationGraph graph = graph(DataType.DOUBLE, true, loss().referenceFree(true).build());
        double loss = expected(graph.getParam("words_W"), 0.7, 0, new double[ROWS]);
        assertEquals(loss, graph.score(batch(LABELS, MASK)), 1e-12);
        assertEquals(loss, graph.score(batch(labels(), MASK)), 1e-12);
    }

    @Test
    void extremeMarginsStayFinite() {
        ComputationGraph graph = graph(DataType.DOUBLE, true, loss().build());
        INDArray labels = labels();
        labels.putScalar(0, TIME, 5000);
        labels.putScalar(1, TIME, -5000);
        graph.fit(batch(labels, MASK));
        assertEquals(0.7 * 5000 / 2, graph.score(), 10);
        assertTrue(Double.isFinite(graph.params().sumNumber().doubleValue()));
    }

    @TestFactory
    Stream<DynamicTest> battery() {
        // The mask check spoils labels of the mask's shape only; the next test has it.
        return LayerBattery.of(() -> body(loss().labelSmoothing(0.1).build()))
                .inputs(IDS)
                .labels(labels())
                .labelMasks(MASK)
                .without(BatteryCheck.MASKS)
                .tests();
    }

    @Test
    void batteryWithoutReference() {
        LayerBattery.of(() -> body(loss().referenceFree(true).build()))
                .inputs(IDS)
                .labels(LABELS)
                .labelMasks(MASK)
                .run();
    }

    @Test
    void refusesWhatCannotBeRight() {
        ComputationGraph graph = graph(DataType.DOUBLE, true, loss().build());
        refused(() -> graph.fit(batch(LABELS, MASK)), "\"logits\"", "[4, 4]", "ReferenceIterator");
        INDArray none = MASK.dup();
        none.getRow(2).assign(0);
        refused(() -> graph.fit(batch(labels(), none)), "every label of row 2");
        INDArray unknown = labels();
        unknown.putScalar(1, TIME, Double.NaN);
        refused(() -> graph.score(batch(unknown, MASK)), "finite", "row 1");
        MultiDataSet odd =
                new MultiDataSet(
                        new INDArray[] {IDS.getRows(0, 1, 2)},
                        new INDArray[] {labels().getRows(0, 1, 2)},
                        null,
                        new INDArray[] {MASK.getRows(0, 1, 2)});
        refused(() -> graph.fit(odd), "[2 * pairs, time, vocabulary]", "[3, 3, 5]");
    }

    private static void refused(Runnable body, String... parts) {
        String message = assertThrows(DL4JInvalidInputException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY})
    void refusesBeta(double beta) {
        String message =
                assertThrows(DL4JInvalidConfigException.class, () -> loss().beta(beta).build())
                        .getMessage();
        assertTrue(message.startsWith("beta must be above 0"), message);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, -0.1, Double.NaN})
    void refusesSmoothing(double smoothing) {
        assertThrows(
                DL4JInvalidConfigException.class, () -> loss().labelSmoothing(smoothing).build());
    }
}
