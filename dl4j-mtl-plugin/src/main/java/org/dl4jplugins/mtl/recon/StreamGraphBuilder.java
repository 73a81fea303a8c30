package org.dl4jplugins.mtl.recon;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.dl4jplugins.mtl.stream.StreamRepeatVertex;
import org.dl4jplugins.mtl.stream.StreamSliceVertex;
import org.dl4jplugins.mtl.stream.StreamStackVertex;

/**
 * Rewrites a graph's configuration: split layers once per task, later shared layers on stacked
 * streams.
 *
 * <p>Vertices are taken in topological order. What no split layer influences stays as it is. After
 * a split, a vertex that one task needs takes this task's stream; a split layer has a copy per task
 * that needs it, reading this task's stream; a shared vertex with parameters runs once on the stack
 * of the streams; a vertex without parameters stays on the stack if at least half of its inputs are
 * there already and it treats examples one by one, else it is repeated per task. Stacks, slices and
 * repetitions are made when first needed and shared.
 */
final class StreamGraphBuilder {
    private final GraphStructure structure;
    private final Set<String> split;
    private final Map<String, Flow> flows = new HashMap<>();
    private final Map<String, GraphVertex> vertices = new LinkedHashMap<>();
    private final Map<String, List<String>> inputs = new LinkedHashMap<>();
    private final Map<String, String> origins = new LinkedHashMap<>();
    private final Map<String, List<String>> streamed = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();

    StreamGraphBuilder(GraphStructure structure, Collection<String> split) {
        this.structure = structure;
        this.split = Set.copyOf(split);
        names.addAll(structure.order());
        structure.order().forEach(this::convert);
    }

    /** Name of one task's copy of a layer. */
    static String copyName(String layer, String task) {
        return layer + "@" + task;
    }

    /** The new configuration, with counters at zero. */
    ComputationGraphConfiguration configuration() {
        ComputationGraphConfiguration conf =
                ComputationGraphConfiguration.fromJson(structure.configuration().toJson());
        conf.setVertices(vertices);
        conf.setVertexInputs(inputs);
        conf.setTopologicalOrder(null);
        conf.setTopologicalOrderStr(null);
        conf.setIterationCount(0);
        conf.setEpochCount(0);
        return conf;
    }

    /** For each new vertex that stands for an original one: the original's name. */
    Map<String, String> origins() {
        return origins;
    }

    /** The layers with parameters that run on stacks, and for which tasks. */
    Map<String, List<String>> streamed() {
        return streamed;
    }

    private void convert(String name) {
        if (structure.configuration().getNetworkInputs().contains(name)) {
            flows.put(name, Flow.common(name));
            return;
        }
        List<String> tasks = structure.tasksOf(name);
        List<String> from = structure.inputsOf(name);
        boolean afterSplit = from.stream().anyMatch(in -> !flow(in).isCommon());
        boolean splitHere = split.contains(name);
        if (tasks.isEmpty()) {
            throw new IllegalArgumentException(
                    "vertex \"" + name + "\" leads to no output; remove it before using Recon");
        } else if (!afterSplit && !splitHere) {
            add(name, name, from);
            flows.put(name, Flow.common(name));
        } else if (tasks.size() == 1) {
            add(name, name, taskInputs(from, tasks.get(0)));
            flows.put(name, Flow.perTask(Map.of(tasks.get(0), name)));
        } else if (splitHere) {
            flows.put(name, copies(name, from, tasks));
        } else if (structure.configuration().getVertices().get(name).numParams(true) > 0) {
            SplitRules.whyNotStacked(structure, name)
                    .ifPresent(
                            why -> {
                                throw new IllegalArgumentException(
                                        "Layer \""
                                                + name
                                                + "\" cannot follow a split layer: "
                                                + why
                                                + "; split it too, or no layer before it");
                            });
            flows.put(name, stacked(name, from, tasks));
            streamed.put(name, tasks);
        } else if (staysStacked(name, from, tasks)) {
            flows.put(name, stacked(name, from, tasks));
        } else {
            flows.put(name, copies(name, from, tasks));
        }
    }

    private boolean staysStacked(String name, List<String> from, List<String> tasks) {
        long stacked = from.stream().filter(in -> tasks.equals(flow(in).primaryStack())).count();
        return 2 * stacked >= from.size()
                && SplitRules.exampleWise(structure.configuration().getVertices().get(name));
    }

    private Flow copies(String name, List<String> from, List<String> tasks) {
        Map<String, String> copies = new HashMap<>();
        for (String task : tasks) {
            String copy = copyName(name, task);
            if (!names.add(copy)) {
                throw new IllegalArgumentException(
                        "vertex name \"" + copy + "\" is needed for a copy but is already in use");
            }
            add(copy, name, taskInputs(from, task));
            copies.put(task, copy);
        }
        return Flow.perTask(copies);
    }

    private Flow stacked(String name, List<String> from, List<String> tasks) {
        List<String> stackedInputs = new ArrayList<>();
        for (String in : from) {
            stackedInputs.add(stackOf(in, tasks));
        }
        GraphVertex vertex =
                VertexCopies.onStreams(
                        structure.configuration().getVertices().get(name), tasks.size());
        vertices.put(name, vertex);
        inputs.put(name, stackedInputs);
        origins.put(name, name);
        return Flow.stacked(name, tasks);
    }

    private void add(String name, String original, List<String> from) {
        vertices.put(
                name,
                VertexCopies.named(structure.configuration().getVertices().get(original), name));
        inputs.put(name, new ArrayList<>(from));
        origins.put(name, original);
    }

    private List<String> taskInputs(List<String> from, String task) {
        List<String> result = new ArrayList<>();
        for (String in : from) {
            result.add(streamOf(in, task));
        }
        return result;
    }

    /** The vertex with one task's activations of {@code name}. */
    private String streamOf(String name, String task) {
        Flow flow = flow(name);
        if (flow.isCommon()) {
            return flow.common();
        }
        return flow.perTask()
                .computeIfAbsent(
                        task,
                        t -> {
                            List<String> stack = flow.primaryStack();
                            return helper(
                                    copyName(name, t),
                                    new StreamSliceVertex(stack.indexOf(t), stack.size()),
                                    List.of(flow.stacks().get(stack)));
                        });
    }

    /** The vertex with the stacked activations of {@code name} for some tasks. */
    private String stackOf(String name, List<String> tasks) {
        Flow flow = flow(name);
        String known = flow.stacks().get(tasks);
        if (known != null) {
            return known;
        }
        String label =
                copyName(name, tasks.equals(structure.tasks()) ? "all" : String.join("+", tasks));
        String stack =
                flow.isCommon()
                        ? helper(
                                label, new StreamRepeatVertex(tasks.size()), List.of(flow.common()))
                        : helper(
                                label,
                                new StreamStackVertex(tasks.size()),
                                tasks.stream().map(t -> streamOf(name, t)).toList());
        flow.stacks().put(List.copyOf(tasks), stack);
        return stack;
    }

    private String helper(String wanted, GraphVertex vertex, List<String> from) {
        String name = wanted;
        while (!names.add(name)) {
            name += "'";
        }
        vertices.put(name, vertex);
        inputs.put(name, new ArrayList<>(from));
        return name;
    }

    private Flow flow(String name) {
        return flows.get(name);
    }
}
