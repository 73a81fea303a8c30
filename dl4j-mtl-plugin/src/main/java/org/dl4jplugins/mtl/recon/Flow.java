package org.dl4jplugins.mtl.recon;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How the activations of one vertex of the original graph exist in the modified one: once for all
 * tasks, once per task, or stacked. Forms are added as they are asked for.
 */
final class Flow {
    private final String common;
    private final Map<String, String> perTask = new HashMap<>();
    private final Map<List<String>, String> stacks = new HashMap<>();
    private final List<String> primaryStack;

    private Flow(String common, List<String> primaryStack) {
        this.common = common;
        this.primaryStack = primaryStack;
    }

    static Flow common(String vertex) {
        return new Flow(vertex, null);
    }

    static Flow perTask(Map<String, String> vertices) {
        Flow flow = new Flow(null, null);
        flow.perTask.putAll(vertices);
        return flow;
    }

    static Flow stacked(String vertex, List<String> tasks) {
        Flow flow = new Flow(null, List.copyOf(tasks));
        flow.stacks.put(flow.primaryStack, vertex);
        return flow;
    }

    boolean isCommon() {
        return common != null;
    }

    String common() {
        return common;
    }

    /** The tasks of the stack that the vertex itself computes; null if it computes none. */
    List<String> primaryStack() {
        return primaryStack;
    }

    Map<String, String> perTask() {
        return perTask;
    }

    Map<List<String>, String> stacks() {
        return stacks;
    }
}
