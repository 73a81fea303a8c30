package org.dl4jplugins.examples.kif;

import java.util.List;
import java.util.Map;

/**
 * What Recurrent-KIF's paper (ACL 2025) reports for T5-large, to stand beside our numbers of
 * another backbone.
 */
final class PaperResults {

    /** The paper's benchmarks. */
    static final List<String> BENCHMARKS = List.of("standard", "long");

    /** Of which model the numbers are. */
    static final String BACKBONE = "T5-large";

    /**
     * A row of a table.
     *
     * @param op overall performance in percent
     * @param bwt backward transfer in points, null if not given
     */
    record Row(double op, Double bwt) {}

    private static final Map<Method, Row> STANDARD =
            Map.of(
                    Method.NAIVE, new Row(43.7, -50.4),
                    Method.OLORA, new Row(75.8, -3.8),
                    Method.TASL, new Row(76.3, -4.0),
                    Method.KIF, new Row(78.4, -2.8),
                    Method.JOINT, new Row(80.3, null));

    private static final Map<Method, Row> LONG =
            Map.of(
                    Method.NAIVE, new Row(11.6, -73.4),
                    Method.OLORA, new Row(69.6, -4.1),
                    Method.TASL, new Row(74.4, -5.3),
                    Method.KIF, new Row(77.8, -3.6),
                    Method.JOINT, new Row(81.8, null));

    /** Ablations on the first order of the long sequence. */
    private static final Map<Method, Row> ABLATIONS =
            Map.of(
                    Method.KIF, new Row(77.9, -3.4),
                    Method.KIF_STATIC, new Row(74.8, -4.8),
                    Method.KIF_UNMASKED, new Row(52.3, -21.5),
                    Method.KIF_ONCE, new Row(72.1, -11.2),
                    Method.KIF_SOFT, new Row(76.1, -4.1),
                    Method.KIF_UNSHARED, new Row(75.8, -4.3));

    private PaperResults() {}

    /** The mean over three orders; null if there is none. */
    static Row of(String benchmark, Method method) {
        return benchmark == null
                ? null
                : (benchmark.equals("standard") ? STANDARD : LONG).get(method);
    }

    /** Full method and ablations; null if there is none. */
    static Row ablation(String benchmark, Method method) {
        return "long".equals(benchmark) ? ABLATIONS.get(method) : null;
    }
}
