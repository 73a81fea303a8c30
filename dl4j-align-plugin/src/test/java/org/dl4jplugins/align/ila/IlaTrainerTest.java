package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

class IlaTrainerTest {

    private static final int WIDTH = 6;
    private static final Set<String> CHANGED = Set.of("d1", "d4");

    /** The same network with other weights in two of its six layers. */
    private static ComputationGraph teacher(ComputationGraph base, long seed) {
        ComputationGraph teacher = base.clone();
        for (String layer : CHANGED) {
            int number = layer.charAt(1) - '0';
            INDArray left = Graphs.random(seed * 10 + number, WIDTH, 2);
            INDArray right = Graphs.random(seed * 20 + number, 2, WIDTH);
            teacher.getParam(layer + "_W").addi(left.mmul(right).muli(0.4));
        }
        return teacher;
    }

    private static LoraConfig.Builder config() {
        return new LoraConfig.Builder().allLinear().rank(2).alpha(4).updater(new Adam(0.01));
    }

    private static IlaTrainer.Builder trainer(
            ComputationGraph lora, ComputationGraph teacher, double noise) {
        return new IlaTrainer.Builder(
                        lora, epoch -> Graphs.taught(teacher, 6 * WIDTH, 50, 16, epoch, noise))
                .stability(new StabilityCriterion.Builder().epsilon(0.02).maximumSteps(300));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 4})
    void theLayersThatTheTeacherChangedComeFirst(long seed) {
        ComputationGraph base = Graphs.branches(6, WIDTH, seed);
        ComputationGraph lora = Graphs.lora(base, config());
        IlaResult result =
                trainer(lora, teacher(base, seed), 0.1).run("seed " + seed).build().train();
        assertEquals(StabilityCriterion.Stop.STABLE, result.stop());
        int steps = result.adaptationLosses().length;
        assertTrue(steps > 40 && steps < 150, "" + steps);
        double[] losses = result.adaptationLosses();
        assertTrue(mean(losses, steps - 5) < mean(losses, 0) / 2);
        assertEquals(128, result.scoreLosses().length);
        LayerSignificance significance = result.significance();
        assertEquals(CHANGED, new HashSet<>(significance.keepMost(2).keptNames()));
        double least = CHANGED.stream().mapToDouble(significance::score).min().orElseThrow();
        double best = significance.score(significance.ranking().get(2));
        assertTrue(least > best + 0.3, least + " " + best);
        assertTrue(least > 4 && best < 4, least + " " + best);
        assertEquals("seed " + seed, significance.run());
        assertTrue(significance.details().get("stage 1").startsWith("stable after"));
    }

    private static double mean(double[] losses, int from) {
        return Arrays.stream(losses, from, from + 5).average().orElseThrow();
    }

    @Test
    void interruptedInAnyStageItEndsAtTheSameBits(@TempDir Path folder) throws IOException {
        ComputationGraph base = Graphs.branches(3, WIDTH, 2);
        IlaResult whole = shortRun(base, null, step -> {});
        List<IlaProgress> seen = new ArrayList<>();
        for (int failing : new int[] {2, 13, 20}) {
            Path checkpoints = folder.resolve("run" + failing);
            int[] steps = {0};
            assertThrows(
                    IllegalStateException.class,
                    () ->
                            shortRun(
                                    base,
                                    checkpoints,
                                    step -> {
                                        if (++steps[0] == failing) {
                                            throw new IllegalStateException("interrupted");
                                        }
                                    }));
            seen.clear();
            IlaResult resumed = shortRun(base, checkpoints, seen::add);
            assertEquals(whole.significance(), resumed.significance());
            assertEquals(whole.adapted().params(), resumed.adapted().params());
            assertArrayEquals(whole.adaptationLosses(), resumed.adaptationLosses());
            assertArrayEquals(whole.scoreLosses(), resumed.scoreLosses());
            assertTrue(Files.size(checkpoints.resolve("stage2.zip")) < 2500);
        }
        assertEquals(2, seen.size());
        assertEquals(
                new IlaProgress(2, 8, 8, whole.scoreLosses()[7]).toString(),
                seen.get(1).toString());
    }

    /** 13 steps of the increments, with dropout, and 8 of the scores. */
    private static IlaResult shortRun(
            ComputationGraph base, Path checkpoints, Consumer<IlaProgress> progress) {
        ComputationGraph lora = Graphs.lora(base, config().dropout(0.3));
        ComputationGraph teacher = Graphs.branches(3, WIDTH, 3);
        IlaTrainer.Builder trainer =
                new IlaTrainer.Builder(
                                lora, epoch -> Graphs.taught(teacher, 3 * WIDTH, 5, 4, epoch, 0.1))
                        .stability(new StabilityCriterion.Builder().maximumSteps(13))
                        .scores(new ScoreSettings.Builder().steps(8).bound(2.5).build())
                        .seed(9)
                        .progress(progress);
        return (checkpoints == null ? trainer : trainer.checkpoints(checkpoints, 2))
                .build()
                .train();
    }

    @Test
    void badSettingsAreRefused() {
        ComputationGraph base = Graphs.branches(2, WIDTH, 1);
        String message =
                assertThrows(IllegalArgumentException.class, () -> trainer(base, base, 0).build())
                        .getMessage();
        assertTrue(message.contains("no layer has increments"), message);
        ComputationGraph lora = Graphs.lora(base, config());
        assertThrows(
                IllegalArgumentException.class,
                () -> trainer(lora, base, 0).checkpoints(Path.of("x"), 0).build());
        assertThrows(IllegalArgumentException.class, () -> trainer(lora, base, 0).run(" ").build());
        assertThrows(
                IllegalArgumentException.class,
                () -> new IlaTrainer.Builder(lora, (MultiDataSetIterator) null));
    }
}
