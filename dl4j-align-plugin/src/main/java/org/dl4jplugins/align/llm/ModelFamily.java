package org.dl4jplugins.align.llm;

import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * An architecture: how a {@code config.json} becomes a graph, and what its tensors are called.
 *
 * <p>The graph is an ordinary {@link org.deeplearning4j.nn.graph.ComputationGraph} configuration.
 * Its layout is [batch, time, width], its token inputs are [batch, time], and its vertices are
 * named after Hugging Face module paths ({@code model.layers.0.self_attn.q_proj}).
 *
 * <p>Implementations named in {@code META-INF/services} of this interface are found by {@link
 * ModelFamilies#standard()}; they have no state.
 */
public interface ModelFamily {
    /**
     * The values of {@code model_type} that this family reads.
     *
     * @return lower-case names, at least one
     */
    Set<String> modelTypes();

    /**
     * The head of a model that has none set, by the {@code architectures} of the configuration.
     *
     * @param config a configuration of one of {@link #modelTypes()}
     * @return the head of the checkpoint's model class
     */
    Head defaultHead(HfConfig config);

    /**
     * The graph of a model.
     *
     * @param config a configuration of one of {@link #modelTypes()}
     * @param options what the configuration does not say
     * @return a new configuration
     * @throws IllegalArgumentException if a setting is missing, unknown or contradicts another
     */
    ComputationGraphConfiguration configuration(HfConfig config, ModelOptions options);

    /**
     * The names of the graph's parameters in a checkpoint.
     *
     * @param config a configuration of one of {@link #modelTypes()}
     * @param options the same as for the graph
     * @return one binding for each parameter of the graph
     * @throws IllegalArgumentException if a setting is missing, unknown or contradicts another
     */
    WeightMap weights(HfConfig config, ModelOptions options);
}
