package org.dl4jplugins.examples.kif;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KifOutcomeTest {

    private BenchmarkSettings benchmark;
    private KifOutcome outcome;

    @BeforeEach
    void start() throws Exception {
        benchmark =
                KifSettings.scale("long")
                        .benchmarks()
                        .get(0)
                        .with(
                                Map.of(
                                        "orders",
                                        List.of(
                                                new Order("order1", List.of("x", "y")),
                                                new Order("order2", List.of("y", "x"))),
                                        "methods",
                                        List.of("naive", "replay", "kif"),
                                        "ablations",
                                        List.of("kif_once")));
        outcome =
                new KifOutcome(
                        new KifSettings(List.of(benchmark)), "data", new KifFolder(Path.of("out")));
    }

    /** First task from {@code before} to {@code after}, second task {@code last}. */
    private void add(Method method, String order, double before, double after, double last) {
        AccuracyMatrix matrix =
                AccuracyMatrix.of(List.of("x", "y"))
                        .withInitial(10, 20)
                        .with(before, 30)
                        .with(after, last);
        outcome.add(
                new RunId("long", order, method, 1),
                new RunResult("setup", matrix, List.of(7L, 9L), 5, 2.5));
    }

    @Test
    void metricsAreMeansOverRuns() {
        add(Method.NAIVE, "order1", 80, 20, 60);
        add(Method.NAIVE, "order2", 90, 40, 80);
        KifOutcome.Row row = outcome.rows(benchmark).get(0);
        assertEquals(1, outcome.rows(benchmark).size());
        assertEquals(2, row.runs());
        assertEquals(50, row.op().mean(), 1e-9);
        assertEquals(Math.sqrt(200), row.op().deviation(), 1e-9);
        assertEquals(-55, row.bwt().mean(), 1e-9);
        assertEquals(10, row.fwt().mean(), 1e-9);
        assertEquals(8, row.steps(), 1e-9);
        assertEquals(2, outcome.ended(benchmark));
        assertEquals(5, outcome.seconds(), 1e-9);
        assertArrayEquals(new double[] {85, 50}, outcome.seen(benchmark, Method.NAIVE), 1e-9);
        assertNull(outcome.seen(benchmark, Method.KIF));
        assertNull(outcome.matrix(benchmark, Method.KIF));
    }

    @Test
    void methodsAreComparedWhereBothHaveRunsAndNothingIsPainted() {
        add(Method.NAIVE, "order1", 80, 20, 60);
        add(Method.NAIVE, "order2", 90, 40, 80);
        add(Method.REPLAY, "order2", 90, 85, 95);
        add(Method.KIF, "order2", 80, 78, 82);
        add(Method.KIF_ONCE, "order1", 80, 78, 82);
        assertEquals(
                List.of(
                        "Recurrent-KIF against naive (sequential): OP +20.00 ± 0.00, BWT +48.00 ±"
                                + " 0.00 over 1 run: above in both.",
                        "Recurrent-KIF against replay: OP -10.00 ± 0.00, BWT +3.00 ± 0.00 over 1"
                                + " run: above in BWT, not in OP."),
                new KifTables(outcome).findings(benchmark));
        add(Method.KIF, "order1", 80, 70, 85);
        List<String> findings = new KifTables(outcome).findings(benchmark);
        assertEquals(3, findings.size());
        assertTrue(
                findings.get(2)
                        .contains("against one global merge: OP -2.50 ± 0.00, BWT -8.00 ± 0.00"),
                findings.get(2));
        assertTrue(findings.get(2).endsWith(": not above."), findings.get(2));
    }

    @Test
    void thePapersNumbersAreLabeled() {
        add(Method.KIF, "order1", 80, 70, 85);
        add(Method.KIF_ONCE, "order1", 80, 78, 82);
        KifTables tables = new KifTables(outcome);
        assertTrue(tables.methods(benchmark).text().contains("T5-large OP"));
        assertTrue(tables.methods(benchmark).text().contains("77.8"));
        assertTrue(tables.ablations(benchmark).text().contains("72.1"));
        assertTrue(KifTables.paper().contains("another backbone"));
    }
}
