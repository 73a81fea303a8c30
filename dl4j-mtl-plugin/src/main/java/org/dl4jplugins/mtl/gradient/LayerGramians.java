package org.dl4jplugins.mtl.gradient;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The inner products of the task gradients, one symmetric matrix [task, task] per shared layer. The
 * whole model's matrix is their sum. Immutable.
 */
public final class LayerGramians {

    private final List<String> tasks;
    private final List<String> layers;
    private final Map<String, double[][]> gramians = new HashMap<>();
    private final double[][] total;

    /**
     * @param tasks task names
     * @param layers layer names, distinct
     * @param gramians [layer][task][task]; copied
     * @throws IllegalArgumentException if the sizes do not fit or a layer is named twice
     */
    public LayerGramians(List<String> tasks, List<String> layers, double[][][] gramians) {
        if (gramians.length != layers.size()) {
            throw new IllegalArgumentException(
                    "gramians: " + gramians.length + " matrices for " + layers.size() + " layers");
        }
        this.tasks = List.copyOf(tasks);
        this.layers = List.copyOf(layers);
        int n = tasks.size();
        total = new double[n][n];
        for (int l = 0; l < gramians.length; l++) {
            if (this.gramians.put(layers.get(l), copy(gramians[l])) != null) {
                throw new IllegalArgumentException("layers: \"" + layers.get(l) + "\" given twice");
            }
            for (int i = 0; i < n; i++) {
                if (gramians[l].length != n || gramians[l][i].length != n) {
                    throw new IllegalArgumentException(
                            "gramians: layer \""
                                    + layers.get(l)
                                    + "\" needs a "
                                    + n
                                    + " x "
                                    + n
                                    + " matrix, one row per task");
                }
                for (int j = 0; j < n; j++) {
                    total[i][j] += gramians[l][i][j];
                }
            }
        }
    }

    /**
     * @return task names
     */
    public List<String> tasks() {
        return tasks;
    }

    /**
     * @return layer names in topological order
     */
    public List<String> layers() {
        return layers;
    }

    /**
     * @param layer name of a layer
     * @return its inner products [task][task], a copy
     * @throws IllegalArgumentException if there is no such layer
     */
    public double[][] gramian(String layer) {
        return copy(get(layer));
    }

    /**
     * @return the whole model's inner products [task][task]: the sum over layers, a copy
     */
    public double[][] total() {
        return copy(total);
    }

    /**
     * Cosine of the angle between two tasks' gradients in one layer.
     *
     * @param layer name of a layer
     * @param i index of a task
     * @param j index of a task
     * @return a value in [-1, 1]; 0 if one of the gradients is zero
     * @throws IllegalArgumentException if there is no such layer
     */
    public double cosine(String layer, int i, int j) {
        double[][] g = get(layer);
        double norms = Math.sqrt(g[i][i]) * Math.sqrt(g[j][j]);
        return norms == 0 ? 0 : Math.max(-1, Math.min(1, g[i][j] / norms));
    }

    private double[][] get(String layer) {
        double[][] g = gramians.get(layer);
        if (g == null) {
            throw new IllegalArgumentException(
                    "layer: no shared layer is named \"" + layer + "\"; there are " + layers);
        }
        return g;
    }

    private static double[][] copy(double[][] m) {
        return Arrays.stream(m).map(double[]::clone).toArray(double[][]::new);
    }
}
