package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.dl4jplugins.mtl.gradient.LayerGramians;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.TaskGradients;

/** Combines by weights, of the whole model or of each layer. */
final class WeightCombiner implements Combiner {

    private static final String MODEL = "";

    private final Supplier<? extends Weighting> weighting;
    private final boolean perLayer;
    private final double multiplier;
    private final Map<String, WeightGroup> groups = new LinkedHashMap<>();
    private double[] restored = new double[0];

    WeightCombiner(Supplier<? extends Weighting> weighting, boolean perLayer, double multiplier) {
        this.weighting = weighting;
        this.perLayer = perLayer;
        this.multiplier = multiplier;
    }

    @Override
    public double[][] combine(TaskGradients gradients, double[] preference, boolean update) {
        create(gradients);
        double[][] weights = new double[groups.size()][];
        int group = 0;
        for (Map.Entry<String, WeightGroup> entry : groups.entrySet()) {
            if (update) {
                update(gradients, preference, entry.getKey(), entry.getValue());
            }
            double[] w = entry.getValue().last(preference.length);
            boolean plain = true;
            for (int t = 0; t < w.length; t++) {
                w[t] *= preference[t] * multiplier;
                plain &= w[t] == 1;
            }
            weights[group++] = w;
            if (!plain && perLayer) {
                gradients.combine(entry.getKey(), w);
            } else if (!plain) {
                gradients.combine(w);
            }
        }
        return weights;
    }

    private void create(TaskGradients gradients) {
        if (!groups.isEmpty()) {
            return;
        }
        if (perLayer) {
            for (SharedLayer layer : gradients.layers()) {
                groups.put(layer.name(), new WeightGroup(weighting.get()));
            }
        } else {
            groups.put(MODEL, new WeightGroup(weighting.get()));
        }
        List<double[]> parts = States.split(this, restored, -1);
        if (!parts.isEmpty()) {
            Check.state(this, restored, parts.size() == groups.size());
            int i = 0;
            for (WeightGroup group : groups.values()) {
                group.restore(parts.get(i++));
            }
        }
    }

    private void update(
            TaskGradients gradients, double[] preference, String layer, WeightGroup group) {
        LayerGramians gramians = gradients.gramians();
        double[][] gramian = perLayer ? gramians.gramian(layer) : gramians.total();
        boolean[] takesPart = new boolean[preference.length];
        for (int t = 0; t < takesPart.length; t++) {
            takesPart[t] = gradients.present(t) && (!perLayer || gramian[t][t] > 0);
        }
        group.update(
                Small.rescaled(gramian, preference),
                Combiner.preferred(gradients.losses(), preference),
                takesPart);
    }

    @Override
    public List<String> groups() {
        return List.copyOf(groups.keySet());
    }

    @Override
    public void epochEnded() {
        groups.values().forEach(WeightGroup::epochEnded);
    }

    @Override
    public double[] state() {
        if (groups.isEmpty()) {
            return restored.clone();
        }
        List<double[]> parts = new ArrayList<>();
        groups.values().forEach(group -> parts.add(group.state()));
        return States.join(parts.toArray(double[][]::new));
    }

    @Override
    public void restore(double[] state) {
        States.split(this, state, -1);
        restored = state.clone();
    }
}
