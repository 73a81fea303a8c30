package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.listeners.CollectScoresIterationListener;
import org.dl4jplugins.multimodal.diffusion.CosineSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class DiffusionTrainerTest {

    private static final DiffusionObjective OBJECTIVE =
            new DenoisingObjective(new CosineSchedule(), Prediction.V);

    @TempDir private Path folder;

    /** A training with everything that has a state: Adam, dropout, average, shuffled data. */
    private final class Setup {
        final ComputationGraph graph = SmallNets.perceptron(2, 8, 0.3, new Adam(1e-2));
        final WeightAverage average = new WeightAverage.Builder(graph).decay(0.9).build();

        DiffusionTrainer.Builder trainer(int steps) {
            INDArray points = new NoiseSource(9).normal(DataType.FLOAT, 50, 2);
            TrainingData data =
                    TrainingData.of(new MultiDataSet(new INDArray[] {points}, null), 8, 3);
            return new DiffusionTrainer.Builder(graph, data, OBJECTIVE)
                    .steps(steps)
                    .average(average)
                    .clip(0.5)
                    .seed(11);
        }

        DiffusionTrainer.Builder saved(int steps) {
            return trainer(steps).checkpoint(folder.resolve("training.state"), 4);
        }
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void batchesMadeAheadChangeNothing() {
        Setup inTurn = new Setup();
        double[] expected = inTurn.trainer(23).build().run();
        Setup ahead = new Setup();
        DiffusionTrainer dying =
                ahead.saved(23)
                        .ahead(true)
                        .progress(
                                (step, steps, loss) -> {
                                    if (step == 10) {
                                        throw new Killed();
                                    }
                                })
                        .build();
        assertThrows(Killed.class, dying::run);
        Setup resumed = new Setup();
        assertArrayEquals(expected, resumed.saved(23).ahead(true).build().run());
        assertEquals(inTurn.graph.params(), resumed.graph.params());
    }

    @Test
    void aBatchThatCannotBeMadeAheadEndsTheTrainingWithItsError() {
        Setup setup = new Setup();
        TrainingData data =
                step -> {
                    if (step == 2) {
                        throw new IllegalArgumentException("no more data");
                    }
                    return new MultiDataSet(
                            new INDArray[] {new NoiseSource(step).normal(DataType.FLOAT, 8, 2)},
                            null);
                };
        DiffusionTrainer trainer =
                new DiffusionTrainer.Builder(setup.graph, data, OBJECTIVE)
                        .steps(5)
                        .ahead(true)
                        .build();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, trainer::run);
        assertEquals("no more data", e.getMessage());
        assertEquals(2, setup.graph.getIterationCount());
    }

    @Test
    void resumedEqualsUninterrupted() {
        Setup whole = new Setup();
        double[] expected = whole.trainer(23).build().run();
        for (int[] deaths : new int[][] {{1}, {4}, {10}, {5, 9, 9, 22}}) {
            Setup last = null;
            for (int death : deaths) {
                last = new Setup();
                DiffusionTrainer dying =
                        last.saved(23)
                                .progress(
                                        (step, steps, loss) -> {
                                            if (step == death) {
                                                throw new Killed();
                                            }
                                        })
                                .build();
                assertThrows(Killed.class, dying::run);
                Nd4j.getRandom().setSeed(death);
            }
            last = new Setup();
            assertArrayEquals(expected, last.saved(23).build().run());
            assertEquals(whole.graph.params(), last.graph.params());
            assertEquals(whole.average.weights(), last.average.weights());
            assertEquals(23, last.average.updates());
            assertEquals(
                    whole.graph.getUpdater().getStateViewArray(),
                    last.graph.getUpdater().getStateViewArray());
            assertTrue(folder.resolve("training.state").toFile().delete());
        }
    }

    @Test
    void anEndedTrainingGoesOnWithMoreSteps() {
        Setup whole = new Setup();
        double[] expected = whole.trainer(15).build().run();
        new Setup().saved(6).build().run();
        Setup more = new Setup();
        assertArrayEquals(expected, more.saved(15).build().run());
        assertEquals(whole.graph.params(), more.graph.params());
        Setup enough = new Setup();
        assertEquals(15, enough.saved(6).build().run().length, "has more steps than asked for");
        assertEquals(whole.graph.params(), enough.graph.params());
    }

    @Test
    void seedsDecide() {
        Setup one = new Setup();
        one.trainer(3).build().run();
        Setup other = new Setup();
        other.trainer(3).seed(12).build().run();
        assertNotEquals(one.graph.params(), other.graph.params());
    }

    @Test
    void otherTrainingsCheckpointsAreRefused() throws IOException {
        new Setup().saved(4).build().run();
        Setup fresh = new Setup();
        INDArray before = fresh.graph.params().dup();
        DiffusionTrainer seed = fresh.saved(8).seed(12).build();
        String message = assertThrows(IllegalArgumentException.class, seed::run).getMessage();
        assertTrue(message.contains("clip 0.5, seed 11\nnot of\n"), message);
        DiffusionTrainer plain = fresh.saved(8).average(null).build();
        message = assertThrows(IllegalArgumentException.class, plain::run).getMessage();
        assertTrue(message.endsWith("no weight average\nclip 0.5, seed 11"), message);
        Path file = folder.resolve("training.state");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        DiffusionTrainer damaged = fresh.saved(8).build();
        message = assertThrows(IllegalArgumentException.class, damaged::run).getMessage();
        assertEquals(file + ": it is not a whole state", message);
        assertArrayEquals(bytes, Files.readAllBytes(file));
        assertEquals(before, fresh.graph.params());
        assertTrue(fresh.graph.getListeners().isEmpty());
    }

    @Test
    void milestonesSeeTheAverage() throws IOException {
        Setup setup = new Setup();
        CollectScoresIterationListener scores = new CollectScoresIterationListener();
        setup.graph.setListeners(scores);
        List<Long> steps = new ArrayList<>();
        List<INDArray> seen = new ArrayList<>();
        List<String> told = new ArrayList<>();
        Path pictures = folder.resolve("pictures");
        double[] losses =
                setup.trainer(5)
                        .progress((step, all, loss) -> told.add(step + "/" + all))
                        .milestone(
                                2,
                                step -> {
                                    steps.add(step);
                                    seen.add(setup.graph.params().dup());
                                    INDArray one = Nd4j.zeros(DataType.FLOAT, 1, 2);
                                    new GraphDenoiser(setup.graph).predict(one, 0.5);
                                })
                        .milestone(
                                3,
                                new SampleGrids(
                                        pictures, () -> Nd4j.zeros(DataType.FLOAT, 4, 3, 8, 8)))
                        .build()
                        .run();
        assertEquals(List.of(2L, 4L, 5L), steps);
        assertEquals(List.of("1/5", "2/5", "3/5", "4/5", "5/5"), told);
        assertEquals(setup.average.weights(), seen.get(2));
        assertNotEquals(setup.graph.params(), seen.get(2));
        assertEquals(2, pictures.toFile().list().length);
        Path last = pictures.resolve("samples-0000005.png");
        assertTrue(ImageIO.read(last.toFile()).getWidth() > 16);
        assertEquals(List.of(scores), List.copyOf(setup.graph.getListeners()));
        assertEquals(5, losses.length);
        Setup quiet = new Setup();
        assertArrayEquals(losses, quiet.trainer(5).build().run(), "milestones change nothing");
    }

    @Test
    void lossesThatAreNotFiniteStopIt() {
        Setup setup = new Setup();
        DiffusionObjective broken =
                (data, random) -> {
                    MultiDataSet batch = (MultiDataSet) OBJECTIVE.examples(data, random);
                    if (setup.average.updates() == 5) {
                        batch.getLabels(0).putScalar(0, Double.NaN);
                    }
                    return batch;
                };
        INDArray points = new NoiseSource(9).normal(DataType.FLOAT, 8, 2);
        DiffusionTrainer trainer =
                new DiffusionTrainer.Builder(
                                setup.graph,
                                TrainingData.of(
                                        new MultiDataSet(new INDArray[] {points}, null), 8, 1),
                                broken)
                        .average(setup.average)
                        .checkpoint(folder.resolve("broken.state"), 1)
                        .build();
        assertEquals(
                "The loss of step 6 is NaN; lower the learning rate",
                assertThrows(IllegalStateException.class, trainer::run).getMessage());
        assertTrue(Files.exists(folder.resolve("broken.state")));
        assertFalse(Double.isNaN(setup.average.currentDecay()));
    }

    @Test
    void badValues() {
        Setup setup = new Setup();
        check("steps: 0 given, right is 1 or more", setup.trainer(0));
        check("clip: 0.0 given, right is above 0", setup.trainer(1).clip(0));
        check(
                "steps of the checkpoint: -1 given, right is 0 or more",
                setup.trainer(1).checkpoint(folder.resolve("x"), -1));
        check(
                "average: one of another graph given, right is one of the graph that is trained",
                setup.trainer(1).average(new Setup().average));
        DiffusionTrainer.Builder builder = setup.trainer(1);
        assertThrows(IllegalArgumentException.class, () -> builder.milestone(0, step -> {}));
        assertEquals(
                "conditions: 1 given, right is 0 for a graph of 2 inputs",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new GraphDenoiser(setup.graph, Nd4j.ones(1)))
                        .getMessage());
    }

    private static void check(String message, DiffusionTrainer.Builder builder) {
        assertEquals(
                message, assertThrows(IllegalArgumentException.class, builder::build).getMessage());
    }
}
