package org.dl4jplugins.align.llm;

import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/** A family of models that are about to get new weights: no tensor is required of a checkpoint. */
record NewModel(ModelFamily family) implements ModelFamily {

    @Override
    public Set<String> modelTypes() {
        return family.modelTypes();
    }

    @Override
    public Head defaultHead(HfConfig config) {
        return family.defaultHead(config);
    }

    @Override
    public ComputationGraphConfiguration configuration(HfConfig config, ModelOptions options) {
        return family.configuration(config, options);
    }

    @Override
    public WeightMap weights(HfConfig config, ModelOptions options) {
        return new WeightMap(
                family.weights(config, options).bindings().stream()
                        .map(NewModel::optional)
                        .toList());
    }

    private static WeightBinding optional(WeightBinding b) {
        return new WeightBinding(
                b.layer(),
                b.parameter(),
                b.tensor(),
                b.shape(),
                b.transposed(),
                b.aliases(),
                false);
    }
}
