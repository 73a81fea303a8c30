package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener that notices when nothing trains: adapters whose gradient was zero in every one of the
 * first steps, because they are switched off or masked, no loss reaches them, or all labels are
 * masked.
 *
 * <p>If all are silent, training stops with an exception that names them; if some are, they are
 * logged once.
 */
public final class SilentAdapters extends BaseTrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(SilentAdapters.class);

    private final int steps;
    private final Map<String, Boolean> moved = new TreeMap<>();
    private int seen;

    /** Watches the first three steps. */
    public SilentAdapters() {
        this(3);
    }

    /**
     * Watches the first steps.
     *
     * @param steps how many, at least 1
     */
    public SilentAdapters(int steps) {
        this.steps = Require.atLeast("steps", 1, steps);
    }

    /**
     * The adapters that had no gradient yet.
     *
     * @return layer.matrix (adapter), sorted; empty before the first step
     */
    public List<String> silent() {
        return moved.entrySet().stream().filter(e -> !e.getValue()).map(Map.Entry::getKey).toList();
    }

    @Override
    public void onGradientCalculation(Model model) {
        if (seen >= steps) {
            return;
        }
        for (LoraRuntime layer : layers(model)) {
            record(layer);
        }
        if (moved.isEmpty()) {
            throw new IllegalStateException(
                    "Nothing trains: no increment and no score of the network is trainable");
        }
        seen++;
        if (seen == steps) {
            report(silent());
        }
    }

    private void report(List<String> silent) {
        if (silent.size() == moved.size()) {
            throw new IllegalStateException(
                    "Nothing trains: the gradient was zero in all of the first "
                            + steps
                            + " steps for "
                            + silent
                            + "; are the adapters active, their masks not 0, and the labels not"
                            + " masked?");
        }
        if (!silent.isEmpty()) {
            LOG.warn("No gradient in the first {} steps: {}", steps, silent);
        }
    }

    private void record(LoraRuntime layer) {
        LoraLayer conf = layer.layerConf();
        for (LoraIncrement i : conf.getIncrements()) {
            if (i.isTrainable()) {
                String name =
                        conf.getLayerName() + "." + i.getMatrix() + " (" + i.getAdapter() + ")";
                moved.merge(
                        name,
                        nonzero(layer, i.keyA()) || nonzero(layer, i.keyB()),
                        Boolean::logicalOr);
            }
        }
        if (conf.isScores()) {
            for (String matrix : conf.adaptedMatrices()) {
                String key = LoraLayer.scoreKey(matrix);
                moved.merge(
                        conf.getLayerName() + "." + key, nonzero(layer, key), Boolean::logicalOr);
            }
        }
    }

    private static boolean nonzero(LoraRuntime layer, String key) {
        INDArray gradient = layer.gradientView(key);
        return gradient != null && gradient.normmaxNumber().doubleValue() != 0;
    }

    private static List<LoraRuntime> layers(Model model) {
        Layer[] all;
        if (model instanceof ComputationGraph graph) {
            all = graph.getLayers();
        } else if (model instanceof MultiLayerNetwork network) {
            all = network.getLayers();
        } else {
            return Collections.emptyList();
        }
        List<LoraRuntime> layers = new ArrayList<>();
        for (Layer layer : all) {
            if (layer instanceof LoraRuntime lora) {
                layers.add(lora);
            }
        }
        return layers;
    }
}
