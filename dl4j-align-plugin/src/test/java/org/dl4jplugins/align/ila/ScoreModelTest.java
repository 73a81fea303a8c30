package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

class ScoreModelTest {

    private static ComputationGraph goldenBase(Golden golden) {
        ComputationGraph base =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(DataType.DOUBLE)
                                .updater(new Sgd(0.1))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("l1", tanh(), "in")
                                .addLayer("l2", tanh(), "l1")
                                .addLayer(
                                        "l3",
                                        new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                                                .nIn(8)
                                                .nOut(4)
                                                .hasBias(false)
                                                .activation(Activation.IDENTITY)
                                                .build(),
                                        "l2")
                                .setOutputs("l3")
                                .build());
        base.init();
        for (int i = 1; i <= 3; i++) {
            base.getParam("l" + i + "_W").assign(golden.array("learn.W" + i).transpose());
        }
        return base;
    }

    private static DenseLayer tanh() {
        return new DenseLayer.Builder()
                .nIn(8)
                .nOut(8)
                .hasBias(false)
                .activation(Activation.TANH)
                .build();
    }

    @Test
    void theReferencesScoresAreLearned() {
        Golden golden = Golden.load("lora_ila");
        ComputationGraph lora =
                Graphs.lora(
                        goldenBase(golden),
                        new LoraConfig.Builder().targets("l1", "l2", "l3").rank(3).alpha(6));
        for (int i = 1; i <= 3; i++) {
            String layer = "l" + i + "_W.lora";
            lora.getParam(layer + "A.0").assign(golden.array("learn.A" + i).transpose());
            lora.getParam(layer + "B.0").assign(golden.array("learn.B" + i).transpose());
        }
        ScoreModel model =
                ScoreModel.of(
                        lora,
                        new ScoreSettings.Builder().initialScore(0).updater(new Sgd(2)).build());
        DataSet data = new DataSet(golden.array("learn.x"), golden.array("learn.target"));
        double[][] scores = golden.array("learn.s").toDoubleMatrix();
        double[] losses = golden.vector("learn.loss");
        for (int step = 0; step < 9; step++) {
            assertEquals(losses[step], model.graph().score(data), 1e-12);
            for (int layer = 0; layer < 3; layer++) {
                assertEquals(scores[step][layer], model.scores()[layer], 1e-11);
            }
            model.graph().fit(data);
        }
        double[] ranks = golden.vector("learn.rank");
        LayerSignificance report =
                new LayerSignificance.Builder("golden", model.layers(), scores[8]).build();
        for (int place = 0; place < 3; place++) {
            String name = report.ranking().get(place);
            double expected = ranks[place];
            assertEquals(model.layers().get((int) expected).name(), name);
        }
    }

    private static ComputationGraph trained() {
        ComputationGraph lora =
                Graphs.lora(
                        Graphs.mlp(3, 6, 5),
                        new LoraConfig.Builder().allLinear().rank(2).modulesToSave("out"));
        lora.fit(Graphs.taught(Graphs.mlp(3, 6, 6), 6, 10, 8, 0, 0));
        return lora;
    }

    @Test
    void onlyScoresMove() {
        ComputationGraph lora = trained();
        INDArray before = lora.params().dup();
        ScoreModel model = ScoreModel.of(lora, new ScoreSettings.Builder().build());
        assertEquals(List.of("d0", "d1", "d2"), names(model));
        ComputationGraph graph = model.graph();
        ComputationGraph untouched = graph.clone();
        graph.fit(Graphs.taught(Graphs.mlp(3, 6, 7), 6, 5, 8, 0, 0));
        graph.paramTable()
                .forEach(
                        (key, value) -> {
                            INDArray old = untouched.getParam(key);
                            if (key.endsWith(".score")) {
                                assertNotEquals(old, value, key);
                            } else {
                                assertEquals(old, value, key);
                            }
                        });
        assertEquals(before, lora.params());
        assertEquals(5, graph.getIterationCount());
        assertEquals(2 * 3, graph.getUpdater().getStateViewArray().length());
    }

    private static List<String> names(ScoreModel model) {
        return model.layers().stream().map(AdaptedMatrix::name).toList();
    }

    @Test
    void aHighScoreIsTheTrainedGraph() {
        ComputationGraph lora = trained();
        ScoreModel open = ScoreModel.of(lora, new ScoreSettings.Builder().initialScore(40).build());
        INDArray x = Graphs.random(1, 4, 6);
        assertEquals(lora.outputSingle(x), open.graph().outputSingle(x));
        ScoreModel closed =
                ScoreModel.of(lora, new ScoreSettings.Builder().initialScore(-40).build());
        LoraMasks.setGamma(lora, LayerMask.first(AdaptedMatrix.of(lora), 1));
        assertNotEquals(lora.outputSingle(x), closed.graph().outputSingle(x));
        lora.paramTable().forEach((k, v) -> zeroIfIncrement(k, v));
        INDArray base = lora.outputSingle(x);
        assertTrue(base.equalsWithEps(closed.graph().outputSingle(x), 1e-12));
    }

    private static void zeroIfIncrement(String key, INDArray value) {
        if (key.contains(".loraB.")) {
            value.assign(0);
        }
    }

    @Test
    void thePenaltyIsAnExtraGradient() {
        ComputationGraph lora = trained();
        ScoreSettings.Builder settings =
                new ScoreSettings.Builder().initialScore(0.3).updater(new Sgd(0.5));
        ScoreModel free = ScoreModel.of(lora, settings.build());
        ScoreModel held = ScoreModel.of(lora, settings.penalty(0.7).build());
        DataSet data = new DataSet(Graphs.random(2, 9, 6), Graphs.random(3, 9, 4));
        free.graph().fit(data);
        held.graph().fit(data);
        double gamma = Cardinality.sigmoid(0.3);
        for (int i = 0; i < 3; i++) {
            assertEquals(
                    free.scores()[i] - 0.5 * 0.7 * gamma * (1 - gamma), held.scores()[i], 1e-12);
        }
        assertEquals(free.graph().score(), held.graph().score());
    }

    @Test
    void theBoundHolds() {
        ScoreModel model =
                ScoreModel.of(
                        trained(),
                        new ScoreSettings.Builder().updater(new Sgd(1)).bound(1.5).build());
        for (int epoch = 0; epoch < 2; epoch++) {
            model.graph().fit(Graphs.taught(Graphs.mlp(3, 6, 7), 6, 3, 8, epoch, 0));
            double sum = Cardinality.sum(model.scores(), 0);
            assertTrue(sum <= 1.5 + 1e-6 && sum > 1.4, "" + sum);
        }
    }

    @Test
    void graphsWithoutIncrementsAreRefused() {
        ComputationGraph base = Graphs.mlp(2, 4, 1);
        ScoreSettings settings = new ScoreSettings.Builder().build();
        String message =
                assertThrows(IllegalArgumentException.class, () -> ScoreModel.of(base, settings))
                        .getMessage();
        assertTrue(message.contains("LoraTransformer"), message);
    }

    @Test
    void badSettingsAreRefused() {
        ScoreSettings.Builder settings = new ScoreSettings.Builder();
        assertThrows(IllegalArgumentException.class, () -> settings.bound(0));
        assertThrows(IllegalArgumentException.class, () -> settings.steps(0).build());
        assertThrows(IllegalArgumentException.class, () -> settings.steps(1).penalty(-1).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.penalty(0).initialScore(Double.NaN).build());
        assertThrows(
                IllegalArgumentException.class,
                () -> settings.initialScore(0).updater(null).build());
    }
}
