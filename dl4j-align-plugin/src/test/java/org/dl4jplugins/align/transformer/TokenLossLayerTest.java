package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.TokenLossLayer.Reduction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.adapter.SingletonMultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

class TokenLossLayerTest {
    private static final int BATCH = 2;
    private static final int TIME = 4;
    private static final int CLASSES = 5;
    private static final INDArray LABELS =
            Nd4j.create(new double[][] {{4, -100, 0, 2}, {2, 3, -100, 1}});

    /** Adds trainable vectors of the whole batch's shape to zero: its gradient is the logits'. */
    private static ComputationGraph net(DataType type, boolean miniBatch, TokenLossLayer loss) {
        ComputationGraphConfiguration configuration =
                new NeuralNetConfiguration.Builder()
                        .dataType(type)
                        .miniBatch(miniBatch)
                        .updater(new Sgd(1))
                        .graphBuilder()
                        .addInputs("ids")
                        .addLayer(
                                "logits table",
                                new TokenEmbedding.Builder()
                                        .nIn(BATCH * TIME)
                                        .nOut(CLASSES)
                                        .build(),
                                "ids")
                        .addLayer("loss", loss, "logits table")
                        .setOutputs("loss")
                        .build();
        ComputationGraph net = Tiny.init(configuration);
        net.setParam("logits table_W", logits().reshape(BATCH * TIME, CLASSES));
        return net;
    }

    private static final INDArray IDS = Nd4j.arange(BATCH * TIME).reshape(BATCH, TIME);

    private static TokenLossLayer loss(double smoothing) {
        return new TokenLossLayer.Builder().labelSmoothing(smoothing).build();
    }

    private static INDArray logits() {
        double[] x = new double[BATCH * TIME * CLASSES];
        for (int i = 0; i < x.length; i++) {
            x[i] = 3 * Math.sin(0.7 * i + 0.3);
        }
        return Nd4j.createFromArray(x).reshape(BATCH, TIME, CLASSES);
    }

    private static MultiDataSet batch(INDArray labels, INDArray mask) {
        return new MultiDataSet(
                new INDArray[] {IDS},
                new INDArray[] {labels},
                null,
                mask == null ? null : new INDArray[] {mask});
    }

    private static INDArray step(ComputationGraph net, MultiDataSet batch) {
        INDArray before = net.params().dup();
        net.fit(batch);
        return before.sub(net.params()).reshape('c', BATCH, TIME, CLASSES);
    }

    /** PyTorch: cross_entropy(ignore_index=-100, label_smoothing), loss and gradient. */
    @ParameterizedTest
    @CsvSource({"DOUBLE, 1e-14, true", "FLOAT, 3e-7, true", "DOUBLE, 1e-14, false"})
    void equalsPyTorch(DataType type, double tolerance, boolean miniBatch) {
        double[] losses = {2.6016842597810226, 2.617690279708701};
        double[][] first = {
            {
                0.009358341973096783,
                0.04814033877473229,
                0.07554299365370033,
                0.029256362074331705,
                -0.1622980364758611
            },
            {
                0.006025008639763447,
                0.04480700544139895,
                0.07220966032036699,
                0.025923028740998368,
                -0.14896470314252777
            }
        };
        double[][] last = {
            {
                0.0014677795362660587,
                -0.1551840858017734,
                0.054125171613496934,
                0.07413930776442745,
                0.025451826887582938
            },
            {
                -0.001865553797067275,
                -0.14185075246844006,
                0.05079183828016359,
                0.07080597443109411,
                0.0221184935542496
            }
        };
        for (int s = 0; s < 2; s++) {
            ComputationGraph net = net(type, miniBatch, loss(0.1 * s));
            assertEquals(losses[s], net.score(batch(LABELS, null)), 10 * tolerance);
            INDArray gradient = step(net, batch(LABELS, null));
            assertEquals(losses[s], net.score(), 10 * tolerance);
            assertArrayEquals(first[s], row(gradient, 0, 0), tolerance);
            assertArrayEquals(last[s], row(gradient, 1, 3), tolerance);
            assertArrayEquals(new double[CLASSES], row(gradient, 0, 1), 0);
        }
    }

    private static double[] row(INDArray gradient, int b, int t) {
        return gradient.slice(b).getRow(t).toDoubleVector();
    }

    @Test
    void ignoredAndMaskedLabelsAreTheSame() {
        INDArray mask = LABELS.neq(-100).castTo(DataType.DOUBLE);
        INDArray anything = LABELS.dup();
        anything.putScalar(0, 1, 77.5);
        anything.putScalar(1, 2, 3);
        ComputationGraph ignored = net(DataType.DOUBLE, true, loss(0));
        ComputationGraph masked = net(DataType.DOUBLE, true, loss(0));
        assertEquals(
                ignored.score(batch(LABELS, null)), masked.score(batch(anything, mask)), 1e-15);
        assertEquals(step(ignored, batch(LABELS, null)), step(masked, batch(anything, mask)));
    }

    @Test
    void aFeatureMaskMasksLabelsThatHaveNoMask() {
        ComputationGraph net = net(DataType.DOUBLE, true, loss(0));
        INDArray mask = Nd4j.create(new double[][] {{1, 1, 0, 0}, {1, 1, 1, 0}});
        INDArray ids = LABELS.dup().assign(1);
        INDArray[] features = {IDS};
        INDArray[] labels = {ids};
        INDArray[] masks = {mask};
        MultiDataSet features1 = new MultiDataSet(features, labels, masks, null);
        MultiDataSet both = new MultiDataSet(features, labels, masks, masks);
        double score = net.score(both);
        assertEquals(score, net.score(features1), 1e-15);
        net.fit(features1);
        assertEquals(score, net.score(), 1e-15);
        ComputationGraph other = net(DataType.DOUBLE, true, loss(0));
        other.fit(both);
        assertEquals(other.params(), net.params());
    }

    @Test
    void scoresOfExamples() {
        ComputationGraph mean = net(DataType.DOUBLE, true, loss(0));
        INDArray scores = mean.scoreExamples(batch(LABELS, null), false);
        assertArrayEquals(new long[] {BATCH, 1}, scores.shape());
        for (int b = 0; b < BATCH; b++) {
            INDArray other = LABELS.dup();
            other.getRow(1 - b).assign(-100);
            assertEquals(mean.score(batch(other, null)), scores.getDouble(b), 1e-14);
        }
        TokenLossLayer sum = new TokenLossLayer.Builder().reduction(Reduction.EXAMPLE_SUM).build();
        ComputationGraph sums = net(DataType.DOUBLE, true, sum);
        INDArray summed = sums.scoreExamples(batch(LABELS, null), false);
        assertEquals(3 * scores.getDouble(0), summed.getDouble(0), 1e-14);
        assertEquals(summed.sumNumber().doubleValue() / 2, sums.score(batch(LABELS, null)), 1e-14);
    }

    @Test
    void outputIsLogitsAndRegularizationCounts() {
        ComputationGraph net = net(DataType.DOUBLE, true, loss(0));
        assertEquals(logits(), net.outputSingle(IDS));
        net.fit(batch(LABELS, null));
        assertEquals(logits().shape().length, net.outputSingle(IDS).rank());
    }

    /** 2000 classes, so that rows have several chunks; logits up to 90 and down to -infinity. */
    @Test
    void floatKernelEqualsDoubles() {
        INDArray logits = Tiny.random(3, 6, 2000).muli(10);
        logits.putScalar(1, 7, 90);
        logits.putScalar(2, 8, -200);
        logits.putScalar(3, 9, Double.NEGATIVE_INFINITY);
        double[] weights = {1, 1, 1, 0.5, 0, 1};
        TokenTargets targets = new TokenTargets(new int[] {1, 7, 8, 3, 0, 1999}, weights, 2);
        for (double smoothing : new double[] {0, 0.2}) {
            if (smoothing > 0) {
                logits.putScalar(3, 9, -50);
            }
            INDArray exact = Nd4j.create(DataType.DOUBLE, 6, 2000);
            INDArray fast = Nd4j.create(DataType.FLOAT, 6, 2000).addi(5);
            double[] a = CrossEntropy.compute(logits, targets, smoothing, 1.5, exact);
            double[] b =
                    CrossEntropy.compute(
                            logits.castTo(DataType.FLOAT), targets, smoothing, 1.5, fast);
            for (int i = 0; i < a.length; i++) {
                assertEquals(a[i], b[i], 2e-6 * (1 + Math.abs(a[i])));
            }
            double worst = exact.sub(fast.castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
            assertTrue(worst < 2e-6, "gradients differ by " + worst);
        }
    }

    @Test
    void notANumberStaysOne() {
        INDArray logits = Nd4j.create(DataType.FLOAT, 1, 3);
        logits.putScalar(0, 1, Float.NaN);
        TokenTargets targets = new TokenTargets(new int[] {0}, new double[] {1}, 1);
        assertTrue(Double.isNaN(CrossEntropy.compute(logits, targets, 0, 1, null)[0]));
    }

    @Test
    void evaluatesSparseIds() {
        ComputationGraph net = net(DataType.DOUBLE, true, loss(0));
        TokenEvaluation[] result =
                net.doEvaluation(
                        new SingletonMultiDataSetIterator(batch(LABELS, null)),
                        new TokenEvaluation());
        assertEquals(2.6016842597810226, result[0].crossEntropy(), 1e-14);
        assertEquals(Math.exp(2.6016842597810226), result[0].perplexity(), 1e-12);
        assertEquals(6, result[0].tokens());
        int right = 0;
        INDArray best = logits().argMax(2);
        for (int b = 0; b < BATCH; b++) {
            for (int t = 0; t < TIME; t++) {
                right += best.getInt(b, t) == LABELS.getInt(b, t) ? 1 : 0;
            }
        }
        assertEquals(right / 6.0, result[0].accuracy(), 0);
        TokenEvaluation twice = new TokenEvaluation();
        List.of(result[0], result[0]).forEach(twice::merge);
        assertEquals(12, twice.tokens());
        assertEquals(result[0].getValue(TokenEvaluation.Metric.ACCURACY), twice.accuracy());
    }

    @Test
    void refusesWhatCannotBeRight() {
        ComputationGraph net = net(DataType.FLOAT, true, loss(0));
        INDArray none = LABELS.dup().assign(-100);
        refused(() -> net.fit(batch(none, null)), "\"loss\"", "every label", "-100");
        INDArray zeros = Nd4j.zeros(BATCH, TIME);
        refused(() -> net.score(batch(LABELS, zeros)), "every label");
        INDArray large = LABELS.dup();
        large.putScalar(1, 3, CLASSES);
        refused(
                () -> net.fit(batch(large, null)),
                "label 5.0 at batch 1, time 3",
                "tokenizer and vocabulary of different sizes");
        refused(() -> net.fit(batch(Nd4j.zeros(BATCH, 3), null)), "[2, 4]", "[2, 3]");
        INDArray ragged = Nd4j.ones(BATCH, 3);
        refused(() -> net.fit(batch(LABELS, ragged)), "mask [batch, time] = [2, 4]", "[2, 3]");
    }

    private static void refused(Runnable body, String... parts) {
        String message = assertThrows(DL4JInvalidInputException.class, body::run).getMessage();
        for (String part : parts) {
            assertTrue(message.contains(part), message);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void refusesSmoothing(double smoothing) {
        assertThrows(DL4JInvalidConfigException.class, () -> loss(smoothing));
    }
}
