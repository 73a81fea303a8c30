package org.dl4jplugins.mtl.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.dl4jplugins.mtl.gradient.TaskLayers;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Keeps the layers of absent tasks still. A task is absent in a step if all of its labels are
 * masked; its gradient is then zero, but momentum and weight decay would go on moving its head.
 * With this listener every layer that only absent tasks use is after the step bit for bit what it
 * was before: parameters, running statistics and updater state. Layers that a present task uses
 * train as usual.
 *
 * <p>Attach it with {@code graph.addListeners(new AbsentTaskGuard())}. A step in which every task
 * is present costs nothing extra. Adam's bias correction counts all steps of the network.
 */
public final class AbsentTaskGuard extends BaseTrainingListener {

    private record Saved(INDArray view, INDArray copy) {}

    private final ThreadLocal<List<Saved>> saved = new ThreadLocal<>();

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
        saved.remove();
        if (!(model instanceof ComputationGraph graph)) {
            return;
        }
        boolean[] absent = absent(graph);
        List<Saved> views = new ArrayList<>();
        for (boolean a : absent) {
            if (a) {
                for (INDArray view : UpdaterViews.of(graph, TaskLayers.usedOnlyBy(graph, absent))) {
                    views.add(new Saved(view, view.dup()));
                }
                saved.set(views);
                return;
            }
        }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
        List<Saved> views = saved.get();
        if (views != null) {
            views.forEach(s -> s.view.assign(s.copy));
            saved.remove();
        }
    }

    private static boolean[] absent(ComputationGraph graph) {
        boolean[] absent = new boolean[graph.getNumOutputArrays()];
        INDArray[] masks = graph.getLabelMaskArrays();
        for (int t = 0; masks != null && t < absent.length; t++) {
            absent[t] = masks[t] != null && masks[t].maxNumber().doubleValue() == 0;
        }
        return absent;
    }
}
