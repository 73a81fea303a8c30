package org.dl4jplugins.cl.baseline;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.ParameterSelection.Segment;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The numbered low-rank increments A B of a graph's matrices, found by their parameters' names. */
final class Increments {

    private static final Pattern NAME =
            Pattern.compile("(?<matrix>.+)\\.lora(?<factor>[ABM])\\.(?<number>\\d+)(_W)?");

    /**
     * A factor of an increment.
     *
     * @param matrix name of the matrix that is changed
     * @param segment where the factor is
     * @param rows of the factor
     * @param order of its elements
     */
    record Factor(String matrix, Segment segment, long rows, char order) {

        /** The factor in a flat array of the graph, [rows, columns]; a view. */
        INDArray of(INDArray flat) {
            INDArray row = flat.reshape(new long[] {flat.length()});
            long from = segment.flatOffset();
            return row.get(NDArrayIndex.interval(from, from + segment.length()))
                    .reshape(order, rows, segment.length() / rows);
        }
    }

    /**
     * The increments of one number: an adapter.
     *
     * @param a by matrix, A [inputs, rank]
     * @param b by matrix, B [rank, outputs]
     */
    record Adapter(int number, Map<String, Factor> a, Map<String, Factor> b) {

        List<Factor> factors() {
            List<Factor> all = new ArrayList<>(a.values());
            all.addAll(b.values());
            return all;
        }
    }

    private Increments() {}

    /**
     * The adapters of a graph.
     *
     * @return in the order of their numbers
     * @throws IllegalArgumentException if there is none, an increment has one factor only, or is
     *     weight-decomposed
     */
    static List<Adapter> of(ComputationGraph graph) {
        ParameterSelection trained = ParameterSelection.all(graph);
        Map<Integer, Adapter> adapters = new TreeMap<>();
        for (Segment segment : trained.segments()) {
            Matcher name = NAME.matcher(segment.name());
            if (name.matches()) {
                add(graph, segment, name, adapters);
            }
        }
        if (adapters.isEmpty()) {
            throw new IllegalArgumentException(
                    "O-LoRA needs increments that learn, parameters named matrix.loraA.0 and"
                            + " matrix.loraB.0; the graph learns "
                            + trained.segments().stream().map(Segment::name).toList());
        }
        adapters.values().forEach(Increments::requireWhole);
        return List.copyOf(adapters.values());
    }

    private static void add(
            ComputationGraph graph, Segment segment, Matcher name, Map<Integer, Adapter> adapters) {
        if (name.group("factor").equals("M")) {
            throw new IllegalArgumentException(
                    "O-LoRA's increments are plain, '"
                            + segment.name()
                            + "' is that of a weight-decomposed one (DoRA)");
        }
        Adapter adapter =
                adapters.computeIfAbsent(
                        Integer.valueOf(name.group("number")),
                        n -> new Adapter(n, new LinkedHashMap<>(), new LinkedHashMap<>()));
        INDArray value = graph.getParam(segment.name());
        String matrix = name.group("matrix");
        Factor factor = new Factor(matrix, segment, value.size(0), value.ordering());
        (name.group("factor").equals("A") ? adapter.a : adapter.b).put(matrix, factor);
    }

    private static void requireWhole(Adapter adapter) {
        if (!adapter.a.keySet().equals(adapter.b.keySet())) {
            throw new IllegalArgumentException(
                    String.format(
                            "Increment %d learns A of %s and B of %s: both are needed of each",
                            adapter.number, adapter.a.keySet(), adapter.b.keySet()));
        }
    }
}
