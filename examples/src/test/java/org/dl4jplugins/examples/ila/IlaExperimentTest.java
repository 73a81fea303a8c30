package org.dl4jplugins.examples.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.dl4jplugins.align.ila.AdaptedMatrix;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IlaExperimentTest {

    private static HfTokenizer tokenizer;
    private static IlaSettings settings;
    private static TuningTask task;

    @TempDir Path folder;

    @BeforeAll
    static void load() throws IOException {
        tokenizer = MiniLm.tokenizer();
        settings =
                IlaSettings.scale("tiny")
                        .with(
                                Map.of(
                                        "tasks",
                                        List.of("reviews"),
                                        "randomDraws",
                                        2,
                                        "dropout",
                                        0.1));
        task = new ClassificationTask(TaskData.embedded("reviews"), settings, tokenizer);
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static IlaOutcome run(Path path, int workers, int runsUntilCrash)
            throws IOException, InterruptedException {
        AtomicInteger runs = new AtomicInteger();
        IlaExperiment experiment =
                new IlaExperiment(
                        new IlaSetup(settings, "in the jar", MiniLm.NAME),
                        name -> task,
                        new IlaFolder(path),
                        workers);
        IlaOutcome outcome =
                experiment.run(
                        run -> {
                            if (runs.incrementAndGet() > runsUntilCrash) {
                                throw new IllegalStateException("crash");
                            }
                        });
        assertEquals(experiment.runs(), runs.get());
        return outcome;
    }

    @Test
    void anInterruptedExperimentEndsLikeAnUninterruptedOne() throws Exception {
        IlaOutcome straight = run(folder.resolve("straight"), 2, Integer.MAX_VALUE);

        Path resumed = folder.resolve("resumed");
        assertThrows(IOException.class, () -> run(resumed, 1, 1));
        assertThrows(IOException.class, () -> run(resumed, 1, 9));
        Path first = new IlaFolder(resumed).stages("reviews", 1);
        String before = Files.readString(first);
        IlaOutcome outcome = run(resumed, 1, Integer.MAX_VALUE);

        assertEquals(before, Files.readString(first), "what is done is not done again");
        assertEquals(straight.scores("reviews", Choice.ILA), outcome.scores("reviews", Choice.ILA));
        assertEquals(
                straight.scores("reviews", Choice.SENSITIVITY),
                outcome.scores("reviews", Choice.SENSITIVITY));
        for (Variant variant : Variant.all(settings)) {
            IlaOutcome.Row a = straight.row("reviews", variant);
            IlaOutcome.Row b = outcome.row("reviews", variant);
            assertEquals(a.accuracy(), b.accuracy(), variant.title());
            assertEquals(a.loss(), b.loss(), variant.title());
            assertEquals(Math.round(36 * variant.fraction()), b.layers(), variant.title());
        }
        assertEquals(36, outcome.scores("reviews", Choice.GRADIENT).get(0).layers().size());
        assertEquals(0, outcome.row(Variant.ALL).gain().mean());
        IlaOutcome.Row few = outcome.row(new Variant(Choice.FIRST, 0.3));
        assertTrue(few.trainable() < outcome.row(Variant.ALL).trainable() / 2);
    }

    @Test
    void seedsDecideIncrementsHeadAndOrder() {
        var updater = Rates.falling(settings);
        var one = task.adapted(1, updater);
        assertEquals(one.params(), task.adapted(1, updater).params());
        assertNotEquals(
                one.getParam("classifier_W"), task.adapted(2, updater).getParam("classifier_W"));
        assertNotEquals(task.train(1).next().getFeatures(0), task.train(2).next().getFeatures(0));
    }

    @Test
    void trainingLowersTheTestLoss() throws Exception {
        IlaSettings longer = settings.with(Map.of("steps", 30, "trainExamples", 64));
        TuningTask learnt =
                new ClassificationTask(
                        TaskData.embedded("requests").limited(0, 60), longer, tokenizer);
        RunId id = new RunId("requests", 1, Variant.ALL, 0);
        double before = learnt.test(learnt.adapted(1, Rates.falling(longer))).loss();
        RunResult after = new TrainingRun(id, learnt, longer, new IlaFolder(folder)).run();
        assertEquals(Math.log(10), before, 0.1);
        assertTrue(after.loss() < before - 0.3, before + " -> " + after.loss());
        assertTrue(after.accuracy() > 20, after.toString());
    }

    @Test
    void overlapsArePairedBySeedAndDataSet() throws Exception {
        IlaSettings two =
                settings.with(Map.of("tasks", List.of("a", "b"), "overlaps", List.of(0.5)));
        IlaFolder files = new IlaFolder(folder);
        List<AdaptedMatrix> layers = AdaptedMatrix.of(task.adapted(1, Rates.falling(two)));
        for (String name : two.tasks()) {
            for (long seed : two.seeds()) {
                double[] scores = new double[36];
                for (int i = 0; i < 36; i++) {
                    scores[i] = name.equals("a") ? i : -i;
                }
                for (Choice by : List.of(Choice.ILA, Choice.GRADIENT)) {
                    new LayerSignificance.Builder(name + seed, layers, scores)
                            .build()
                            .save(files.scores(name, seed, by));
                }
            }
        }
        IlaOutcome outcome = new IlaOutcome(new IlaSetup(two, "", ""), files, Map.of(), Map.of());
        IlaOutcome.Overlap overlap = outcome.overlaps().get(0);
        assertEquals(1, overlap.seeds());
        assertEquals(0, overlap.tasks());
        assertEquals(1, overlap.methods());
        assertEquals(1 / 3.0, overlap.chance(), 0.02);
        assertEquals(35, outcome.meanScores("a").score(layers.get(35).name()));
    }

    @Test
    void resultsOfAnotherSetupAreNotTouched() throws Exception {
        IlaSetup setup = new IlaSetup(settings, "in the jar", MiniLm.NAME);
        setup.claim(folder);
        setup.claim(folder);
        assertThrows(
                IllegalArgumentException.class,
                () -> new IlaSetup(settings, "elsewhere", MiniLm.NAME).claim(folder));
    }

    @Test
    void badSettingsAreRefused() throws Exception {
        for (String scale : IlaSettings.SCALES) {
            assertFalse(IlaSettings.scale(scale).tasks().isEmpty());
        }
        assertThrows(IllegalArgumentException.class, () -> IlaSettings.scale("huge"));
        for (Map<String, ?> wrong :
                List.of(
                        Map.of("seeds", List.of(0)),
                        Map.of("seeds", List.of()),
                        Map.of("tasks", List.of()),
                        Map.of("frozen", 1),
                        Map.of("baseline", 0.2),
                        Map.of("steps", 0),
                        Map.of("learningRate", 0),
                        Map.of("unknown", 1))) {
            assertThrows(
                    IllegalArgumentException.class, () -> settings.with(wrong), wrong.toString());
        }
        Path file = folder.resolve("bad.json");
        Files.writeString(file, settings.toJson().replaceFirst("\"batch\" : \\d+,", ""));
        assertThrows(IllegalArgumentException.class, () -> IlaSettings.read(file));
    }
}
