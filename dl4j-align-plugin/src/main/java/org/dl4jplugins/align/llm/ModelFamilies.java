package org.dl4jplugins.align.llm;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * The architectures that can be read, by {@code model_type}; an immutable registry.
 *
 * <p>{@link #standard()} has LLaMA, Mistral, Qwen2, T5, mT5 and BERT and those that {@link
 * ServiceLoader} finds. Others are added in code:
 *
 * <pre>{@code
 * ModelFamilies families = ModelFamilies.standard().with(new MyFamily());
 * ComputationGraph graph = families.init(config, ModelOptions.defaults());
 * }</pre>
 */
public final class ModelFamilies {
    private final Map<String, ModelFamily> families;

    private ModelFamilies(Map<String, ModelFamily> families) {
        this.families = families;
    }

    /**
     * The families of this library and those on the class path.
     *
     * @return a registry
     * @throws IllegalArgumentException if a family on the class path claims a {@code model_type}
     *     that is taken; use {@link #with} to replace one
     */
    public static ModelFamilies standard() {
        ModelFamilies all = new ModelFamilies(new LinkedHashMap<>());
        for (ModelFamily family : List.of(new LlamaFamily(), new T5Family(), new BertFamily())) {
            all = all.with(family);
        }
        for (ModelFamily family : ServiceLoader.load(ModelFamily.class)) {
            for (String type : family.modelTypes()) {
                ModelFamily other = all.families.get(type);
                Need.that(
                        other == null,
                        "model_type " + type + " of " + family.getClass().getName(),
                        "taken by " + (other == null ? "" : other.getClass().getName()),
                        "free");
            }
            all = all.with(family);
        }
        return all;
    }

    /**
     * This registry and one family more.
     *
     * @param family replaces those of the same {@code model_type}
     * @return a new registry
     * @throws IllegalArgumentException if the family names no {@code model_type}
     */
    public ModelFamilies with(ModelFamily family) {
        Need.that(!family.modelTypes().isEmpty(), "modelTypes", "empty", "at least one name");
        Map<String, ModelFamily> more = new LinkedHashMap<>(families);
        family.modelTypes().forEach(type -> more.put(type, family));
        return new ModelFamilies(more);
    }

    /**
     * The known values of {@code model_type}.
     *
     * @return sorted
     */
    public Set<String> modelTypes() {
        return Collections.unmodifiableSet(new TreeSet<>(families.keySet()));
    }

    /**
     * A model with new weights, to be trained from nothing.
     *
     * @param config its configuration, such as {@link LlamaConfig} makes
     * @param options what the configuration does not say
     * @return an initialized graph; weights are drawn as Hugging Face's classes do
     * @throws IllegalArgumentException if the configuration cannot be read
     */
    public ComputationGraph init(HfConfig config, ModelOptions options) {
        ComputationGraph graph = new ComputationGraph(of(config).configuration(config, options));
        graph.init();
        return graph;
    }

    /**
     * The family of a model.
     *
     * @param config its configuration
     * @return the family registered for its {@code model_type}
     * @throws IllegalArgumentException if there is none, listing those known
     */
    public ModelFamily of(HfConfig config) {
        ModelFamily family = families.get(config.modelType());
        Need.that(
                family != null,
                "model_type in " + config.source(),
                '"' + config.modelType() + '"',
                "one of " + modelTypes() + "; register another ModelFamily for it");
        return family;
    }
}
