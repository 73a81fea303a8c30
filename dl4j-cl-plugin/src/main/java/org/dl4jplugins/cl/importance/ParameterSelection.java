package org.dl4jplugins.cl.importance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.FrozenLayerWithBackprop;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The parameters of a graph that take part, one after another as one vector, in the order of the
 * graph's flat view. Running statistics of batch normalization, which no gradient trains, are never
 * among them, nor are frozen weights, see {@link FrozenParameters}; a graph that it refuses is
 * refused here too. Immutable; valid for every graph of the same configuration.
 */
public final class ParameterSelection {

    /**
     * One parameter array.
     *
     * @param name of the parameter, such as {@code dense_W}
     * @param flatOffset where it starts in {@code graph.params()}
     * @param offset where it starts in this selection
     * @param length number of elements
     */
    public record Segment(String name, long flatOffset, long offset, long length) {}

    private final List<Segment> segments;
    private final List<Segment> runs;
    private final long size;

    private ParameterSelection(List<Segment> segments) {
        this.segments = List.copyOf(segments);
        this.runs = joined(segments);
        this.size = segments.stream().mapToLong(Segment::length).sum();
    }

    /**
     * All trained parameters.
     *
     * @param graph an initialized graph
     * @return every parameter that a gradient trains
     * @throws IllegalArgumentException if there is none
     */
    public static ParameterSelection all(ComputationGraph graph) {
        return where(graph, name -> true);
    }

    /**
     * The parameters whose names match.
     *
     * @param graph an initialized graph
     * @param regex matches whole names, such as {@code ".*\\.lora[AB]\\..*"} for LoRA's
     * @return those that a gradient trains
     * @throws IllegalArgumentException if none matches; the message lists the names there are
     */
    public static ParameterSelection matching(ComputationGraph graph, String regex) {
        return where(graph, name -> name.matches(regex));
    }

    /**
     * The parameters with names that a condition accepts.
     *
     * @param graph an initialized graph
     * @param condition on names such as {@code dense_W}
     * @return those that a gradient trains
     * @throws IllegalArgumentException if none is accepted; the message lists the names there are
     */
    public static ParameterSelection where(ComputationGraph graph, Predicate<String> condition) {
        return of(graph, name -> trained(graph, name) && condition.test(name));
    }

    /**
     * The parameters with names that a condition accepts, and all running statistics: all that has
     * to be exchanged for the graph to become another one.
     *
     * @param graph an initialized graph
     * @param condition on names such as {@code dense_W}
     * @return those that a gradient trains, and the statistics of batch normalization
     * @throws IllegalArgumentException if no trained parameter is accepted; the message lists the
     *     names there are
     */
    public static ParameterSelection withStatistics(
            ComputationGraph graph, Predicate<String> condition) {
        Set<String> names = new HashSet<>();
        where(graph, condition).segments().forEach(segment -> names.add(segment.name()));
        return of(graph, name -> names.contains(name) || statistic(graph, name));
    }

    private static ParameterSelection of(ComputationGraph graph, Predicate<String> condition) {
        long base = graph.params().offset();
        List<Map.Entry<String, INDArray>> chosen = new ArrayList<>();
        for (Map.Entry<String, INDArray> entry : graph.paramTable().entrySet()) {
            if (condition.test(entry.getKey())) {
                chosen.add(entry);
            }
        }
        chosen.sort(Comparator.comparingLong(entry -> entry.getValue().offset()));
        List<Segment> segments = new ArrayList<>();
        long offset = 0;
        for (Map.Entry<String, INDArray> entry : chosen) {
            INDArray view = entry.getValue();
            segments.add(new Segment(entry.getKey(), view.offset() - base, offset, view.length()));
            offset += view.length();
        }
        if (segments.isEmpty()) {
            throw new IllegalArgumentException(
                    "No trained parameter was selected; the graph has "
                            + graph.paramTable().keySet());
        }
        return new ParameterSelection(segments);
    }

    private static boolean trained(ComputationGraph graph, String name) {
        return !frozen(graph, name) && !statistic(graph, name);
    }

    private static boolean frozen(ComputationGraph graph, String name) {
        String vertex = name.substring(0, name.lastIndexOf('_'));
        return FrozenParameters.contains(graph, name)
                || graph.getVertex(vertex).getLayer() instanceof FrozenLayerWithBackprop;
    }

    private static boolean statistic(ComputationGraph graph, String name) {
        int split = name.lastIndexOf('_');
        GraphVertex vertex = graph.getVertex(name.substring(0, split));
        return !frozen(graph, name) && !vertex.updaterDivideByMinibatch(name.substring(split + 1));
    }

    /** The parameter arrays, in order. */
    public List<Segment> segments() {
        return segments;
    }

    /** The same elements with arrays that adjoin in the graph joined, named after their first. */
    List<Segment> runs() {
        return runs;
    }

    private static List<Segment> joined(List<Segment> segments) {
        List<Segment> joined = new ArrayList<>();
        for (Segment next : segments) {
            int last = joined.size() - 1;
            Segment run = last < 0 ? null : joined.get(last);
            if (run != null && run.flatOffset() + run.length() == next.flatOffset()) {
                long length = run.length() + next.length();
                joined.set(last, new Segment(run.name(), run.flatOffset(), run.offset(), length));
            } else {
                joined.add(next);
            }
        }
        return List.copyOf(joined);
    }

    /** Name of the first array with an element that is not finite, of a vector [selected]. */
    String notFinite(INDArray selected) {
        for (Segment s : segments) {
            INDArray part = part(selected, s.offset(), s.length());
            if (!Double.isFinite(part.sumNumber().doubleValue())) {
                return s.name();
            }
        }
        return null;
    }

    /** Number of selected elements. */
    public long size() {
        return size;
    }

    /**
     * Name of the parameter at a position.
     *
     * @param position from 0 to {@code size() - 1}
     */
    public String nameAt(long position) {
        for (Segment segment : segments) {
            if (position < segment.offset() + segment.length()) {
                return segment.name();
            }
        }
        throw new IndexOutOfBoundsException("position " + position + " of " + size);
    }

    /**
     * Copies the selected elements of a flat array.
     *
     * @param flat {@code graph.params()} or an array of the same layout
     * @param to [selected], overwritten
     */
    public void gather(INDArray flat, INDArray to) {
        INDArray row = flat.reshape(new long[] {flat.length()});
        for (Segment s : segments) {
            part(to, s.offset(), s.length()).assign(part(row, s.flatOffset(), s.length()));
        }
    }

    /**
     * Copies selected elements back; the others stay.
     *
     * @param from [selected]
     * @param flat {@code graph.params()} or an array of the same layout
     */
    public void scatter(INDArray from, INDArray flat) {
        INDArray row = flat.reshape(new long[] {flat.length()});
        for (Segment s : segments) {
            part(row, s.flatOffset(), s.length()).assign(part(from, s.offset(), s.length()));
        }
    }

    private static INDArray part(INDArray vector, long from, long length) {
        return vector.get(NDArrayIndex.interval(from, from + length));
    }
}
