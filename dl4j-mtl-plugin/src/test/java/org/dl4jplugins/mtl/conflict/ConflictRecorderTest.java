package org.dl4jplugins.mtl.conflict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a twin that keeps every gradient and computes each number when it is asked for. */
class ConflictRecorderTest {

    private static final int WHOLE = Gradients.LAYERS.size();

    private static String name(int layer) {
        return layer == WHOLE ? ConflictReport.WHOLE_MODEL : Gradients.LAYERS.get(layer).name();
    }

    private static List<Double> cosines(List<Gradients> all, int layer, int task, int other) {
        return all.stream()
                .map(g -> g.cosine(layer, task, other))
                .filter(cosine -> !cosine.isNaN())
                .toList();
    }

    private static List<Double> cosines(List<Gradients> all, int layer) {
        List<Double> cosines = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            for (int j = i + 1; j < 3; j++) {
                cosines.addAll(cosines(all, layer, i, j));
            }
        }
        return cosines;
    }

    private static long below(List<Double> cosines, double severity) {
        return cosines.stream().filter(cosine -> cosine < severity).count();
    }

    @Test
    void countsAreThoseOfTheTwin() {
        List<Gradients> all = Gradients.random(200, 1);
        ConflictReport report = Gradients.report(all, 30, 0);
        assertEquals(200, report.iterations());
        assertEquals(List.of(0, 1, 2, 3, 4, 5, 6), report.epochs());
        for (int layer = 0; layer <= WHOLE; layer++) {
            List<Double> cosines = cosines(all, layer);
            assertEquals(cosines.size(), report.distribution(name(layer)).total());
            for (double severity : CosineBins.DEFAULT.cuts()) {
                assertEquals(below(cosines, severity), report.score(name(layer), severity));
            }
            double mean = cosines.stream().mapToDouble(c -> c).average().orElseThrow();
            assertEquals(mean, report.layer(name(layer)).meanCosine(), 1e-12);
            assertEquals(
                    cosines.stream().mapToDouble(c -> c).min().orElseThrow(),
                    report.layer(name(layer)).minCosine(),
                    1e-12);
            assertEquals(
                    below(cosines(all.subList(60, 90), layer), -0.1),
                    report.layer(name(layer)).inEpoch(2).countBelow(-0.1));
            List<Double> pair = cosines(all, layer, 0, 2);
            assertEquals(
                    below(pair, -0.02),
                    report.layer(name(layer)).distribution("a", "c").countBelow(-0.02));
            assertEquals(
                    pair.stream().mapToDouble(c -> c).average().orElseThrow(),
                    report.layer(name(layer)).meanCosine("c", "a"),
                    1e-12);
        }
    }

    @Test
    void normsAreMeansOverGradientsThatAreThere() {
        List<Gradients> all = Gradients.random(50, 2);
        ConflictReport report = Gradients.report(all, 50, 0);
        for (int layer = 0; layer <= WHOLE; layer++) {
            for (int task = 0; task < 3; task++) {
                int at = layer;
                int of = task;
                double mean =
                        all.stream()
                                .map(g -> g.of(at, of))
                                .mapToDouble(g -> Math.sqrt(Gradients.dot(g, g)))
                                .filter(norm -> norm > 0)
                                .average()
                                .orElseThrow();
                assertEquals(
                        mean, report.layer(name(layer)).meanNorm(Gradients.TASKS.get(task)), 1e-12);
            }
        }
    }

    @Test
    void shareOfSevereConflictsIsOverLayersPairsAndIterations() {
        List<Gradients> all = Gradients.random(80, 3);
        ConflictReport report = Gradients.report(all, 10, 0);
        List<Double> some = new ArrayList<>(cosines(all, 0));
        some.addAll(cosines(all, 2));
        assertEquals(
                (double) below(some, -0.01) / some.size(),
                report.distribution(List.of("conv", "dense")).shareBelow(-0.01),
                1e-15);
        some.addAll(cosines(all, 1));
        assertEquals(
                (double) below(some, -0.01) / some.size(),
                report.distribution().shareBelow(-0.01),
                1e-15);
        List<Double> whole = cosines(all, WHOLE);
        assertEquals(
                (double) below(whole, -0.01) / whole.size(),
                report.wholeModel().shareBelow(-0.01),
                1e-15);
    }

    @ParameterizedTest
    @CsvSource({"200, 200", "203, 203", "1001, 1001", "3, 3", "64, 0", "10, 0", "61, 0"})
    void quartersAreExactIfTheLengthIsKnownOrSmall(int length, int planned) {
        List<Gradients> all = Gradients.random(length, 4);
        ConflictReport report = Gradients.report(all, 1000, planned);
        for (int quarter = 1; quarter <= 4; quarter++) {
            LayerRanking ranking = report.ranking(-0.1, quarter);
            for (int layer = 0; layer < WHOLE; layer++) {
                long expected = 0;
                for (int i = 0; i < length; i++) {
                    if (4 * i / length == quarter - 1) {
                        expected += below(cosines(all.subList(i, i + 1), layer), -0.1);
                    }
                }
                assertEquals(expected, ranking.score(name(layer)), "quarter " + quarter);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {65, 100, 1000, 4097, 18_760})
    void unplannedQuartersAreOffByAtMostA64thOfTheLength(int length) {
        Timeline timeline = new Timeline(1, 2, 0);
        for (int i = 0; i < length; i++) {
            timeline.next().add(0, 0);
        }
        List<LayerCounts> segments = timeline.snapshot();
        assertEquals(length, segments.stream().mapToLong(LayerCounts::iterations).sum());
        assertEquals(true, segments.size() <= Timeline.SEGMENTS);
        long end = 0;
        int quarter = 0;
        for (LayerCounts counts : Timeline.quarters(segments, 1, 2)) {
            assertEquals(counts.iterations(), counts.row(0)[0]);
            end += counts.iterations();
            quarter++;
            assertEquals(quarter * length / 4.0, end, length / 64.0 + 1);
        }
        assertEquals(length, end);
    }

    @Test
    void moreIterationsThanPlannedStayInTheLastQuarter() {
        Timeline timeline = new Timeline(1, 2, 128);
        for (int i = 0; i < 140; i++) {
            timeline.next();
        }
        assertEquals(64, timeline.snapshot().size());
        assertEquals(14, timeline.snapshot().get(63).iterations());
        assertEquals(36, Timeline.quarters(timeline.snapshot(), 1, 2).get(3).iterations(), 2);
    }

    @Test
    void quarterDistancesCompareEveryQuarterWithEveryOtherAndTheWhole() {
        ConflictReport report = Gradients.report(Gradients.random(40, 5), 10, 40);
        double[][] distances = report.quarterDistances(-0.1);
        assertEquals(5, distances.length);
        for (int i = 0; i < 5; i++) {
            assertEquals(0, distances[i][i]);
            for (int j = 0; j < 5; j++) {
                assertEquals(distances[i][j], distances[j][i]);
            }
        }
        assertEquals(report.ranking(-0.1, 1).distance(report.ranking(-0.1, 3)), distances[0][2]);
        assertEquals(report.ranking(-0.1).distance(report.ranking(-0.1, 4)), distances[4][3]);
    }

    @Test
    void runsAreMergedQuarterByQuarterAndEpochByEpoch() {
        List<Gradients> one = Gradients.random(40, 6);
        List<Gradients> two = Gradients.random(40, 7);
        ConflictReport merged = Gradients.report(one, 10, 40).merge(Gradients.report(two, 10, 40));
        List<Gradients> both = new ArrayList<>(one);
        both.addAll(two);
        assertEquals(2, merged.runs());
        assertEquals(80, merged.iterations());
        assertEquals(List.of(0, 1, 2, 3), merged.epochs());
        for (int layer = 0; layer <= WHOLE; layer++) {
            assertEquals(below(cosines(both, layer), -0.1), merged.score(name(layer), -0.1));
            assertEquals(
                    cosines(both, layer).stream().mapToDouble(c -> c).average().orElseThrow(),
                    merged.layer(name(layer)).meanCosine(),
                    1e-12);
            assertEquals(
                    cosines(both, layer).stream().mapToDouble(c -> c).min().orElseThrow(),
                    merged.layer(name(layer)).minCosine(),
                    1e-12);
        }
        List<Gradients> third = new ArrayList<>(one.subList(20, 30));
        third.addAll(two.subList(20, 30));
        for (int layer = 0; layer < WHOLE; layer++) {
            assertEquals(
                    below(cosines(third, layer), -0.1), merged.ranking(-0.1, 3).score(name(layer)));
        }
        // Merging in another order gives the same counts.
        assertEquals(
                merged.distribution(),
                Gradients.report(two, 10, 40).merge(Gradients.report(one, 10, 40)).distribution());
    }

    @Test
    void anInterruptedRunAppendedIsTheUninterruptedOne() {
        List<Gradients> all = Gradients.random(60, 8);
        ConflictReport whole = Gradients.report(all, 10, 0);
        ConflictReport first = Gradients.report(all.subList(0, 20), 10, 0);
        ConflictRecorder rest = Gradients.recorder(0);
        for (int i = 20; i < 60; i++) {
            rest.record(i / 10, all.get(i).gramians());
        }
        ConflictReport appended = first.append(new ConflictReport(rest.snapshot()));
        assertEquals(1, appended.runs());
        assertEquals(whole.data().segments(), appended.data().segments());
        assertEquals(whole.data().epochs(), appended.data().epochs());
        for (double severity : CosineBins.DEFAULT.cuts()) {
            assertEquals(whole.ranking(severity), appended.ranking(severity));
            assertArrayEquals(
                    whole.quarterDistances(severity), appended.quarterDistances(severity));
        }
    }

    @Test
    void aSnapshotStaysAsItIs() {
        List<Gradients> all = Gradients.random(20, 9);
        ConflictRecorder recorder = Gradients.recorder(0);
        all.subList(0, 10).forEach(g -> recorder.record(0, g.gramians()));
        ConflictReport early = new ConflictReport(recorder.snapshot());
        String before = early.toJson();
        all.subList(10, 20).forEach(g -> recorder.record(0, g.gramians()));
        assertEquals(before, early.toJson());
        assertEquals(10, early.iterations());
        assertNotEquals(early, new ConflictReport(recorder.snapshot()));
        assertEquals(Gradients.report(all, 20, 0), new ConflictReport(recorder.snapshot()));
    }

    @Test
    void aSubsetOfTheTasksIsTakenFromTheirPlacesInTheGramians() {
        List<Gradients> all = Gradients.random(30, 10);
        ConflictRecorder recorder =
                new ConflictRecorder(
                        List.of("c", "a"),
                        new int[] {2, 0},
                        Gradients.LAYERS,
                        Gradients.settings(),
                        0);
        all.forEach(g -> recorder.record(0, g.gramians()));
        ConflictReport report = new ConflictReport(recorder.snapshot());
        for (int layer = 0; layer <= WHOLE; layer++) {
            assertEquals(below(cosines(all, layer, 0, 2), -0.05), report.score(name(layer), -0.05));
        }
        assertThrows(IllegalArgumentException.class, () -> report.layer("conv").meanNorm("b"));
    }

    @Test
    void tinyAndHugeGradientsHaveExactCosines() {
        double[][] tiny = {{1e-300, -5e-301}, {-5e-301, 1e-300}};
        double[][] huge = {{1e300, 9.999e299}, {9.999e299, 1e300}};
        List<SharedLayer> layers = List.of(new SharedLayer("t", 1), new SharedLayer("h", 1));
        ConflictRecorder recorder =
                new ConflictRecorder(
                        List.of("a", "b"), new int[] {0, 1}, layers, Gradients.settings(), 0);
        recorder.record(
                0,
                new LayerGramians(
                        List.of("a", "b"), List.of("t", "h"), new double[][][] {tiny, huge}));
        ConflictReport report = new ConflictReport(recorder.snapshot());
        assertEquals(-0.5, report.layer("t").meanCosine(), 1e-15);
        assertEquals(0.9999, report.layer("h").meanCosine(), 1e-15);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        ConflictReport report = Gradients.report(Gradients.random(4, 11), 2, 0);
        assertThrows(IllegalArgumentException.class, () -> report.score("nowhere", 0));
        assertThrows(IllegalArgumentException.class, () -> report.score("conv", -0.123));
        assertThrows(IllegalArgumentException.class, () -> report.layer("conv").inEpoch(2));
        assertThrows(
                IllegalArgumentException.class, () -> report.layer("conv").distribution("a", "a"));
        assertThrows(IllegalArgumentException.class, () -> report.ranking(0, 5));
        assertThrows(IllegalArgumentException.class, () -> report.top(4, 0));
        assertThrows(
                IllegalArgumentException.class,
                () ->
                        new ConflictRecorder(
                                List.of("a"),
                                new int[] {0},
                                Gradients.LAYERS,
                                Gradients.settings(),
                                0));
        ConflictRecorder others =
                new ConflictRecorder(
                        Gradients.TASKS,
                        new int[] {0, 1, 2},
                        Gradients.LAYERS.subList(0, 2),
                        Gradients.settings(),
                        0);
        IllegalArgumentException otherLayers =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> report.merge(new ConflictReport(others.snapshot())));
        assertEquals(true, otherLayers.getMessage().contains("dense"), otherLayers.getMessage());
    }
}
