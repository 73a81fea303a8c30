package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;

/**
 * The parameters of a graph and their names in a checkpoint, both ways.
 *
 * <p>Since vertices are named after modules, the name of a tensor follows from its vertex: {@code
 * W} and {@code g} are {@code .weight}, {@code b} is {@code .bias}. What a family adds are other
 * names under which the same tensor may be stored.
 */
public final class WeightMap {
    /** Buffers that older checkpoints hold beside the weights. */
    private static final Pattern BUFFERS =
            Pattern.compile(".*(\\.position_ids|\\.rotary_emb\\.inv_freq|\\.attn\\.masked_bias)");

    private final Map<String, WeightBinding> byParameter = new LinkedHashMap<>();
    private final Map<String, WeightBinding> byTensor = new LinkedHashMap<>();

    /**
     * A map.
     *
     * @param bindings one for each parameter
     * @throws IllegalArgumentException if two parameters claim the same tensor
     */
    public WeightMap(List<WeightBinding> bindings) {
        for (WeightBinding binding : bindings) {
            byParameter.put(key(binding.layer(), binding.parameter()), binding);
            for (String name : binding.names()) {
                WeightBinding other = byTensor.putIfAbsent(name, binding);
                if (other != null && other != binding) {
                    throw new IllegalArgumentException(
                            "tensor "
                                    + name
                                    + " is claimed by layers "
                                    + other.layer()
                                    + " and "
                                    + binding.layer()
                                    + ", must belong to one");
                }
            }
        }
    }

    /**
     * The map of a graph whose vertices are named after modules.
     *
     * @param configuration of the graph
     * @param rule changes the bindings that follow from the names: adds aliases, makes one optional
     * @return one binding for each parameter
     */
    public static WeightMap of(
            ComputationGraphConfiguration configuration, UnaryOperator<WeightBinding> rule) {
        List<WeightBinding> bindings = new ArrayList<>();
        configuration
                .getVertices()
                .forEach(
                        (name, vertex) -> ModulePath.bindings(name, vertex).forEach(bindings::add));
        bindings.replaceAll(rule);
        return new WeightMap(bindings);
    }

    /**
     * All bindings.
     *
     * @return in the order of the graph
     */
    public List<WeightBinding> bindings() {
        return List.copyOf(byParameter.values());
    }

    /**
     * The binding of a parameter.
     *
     * @param layer vertex name
     * @param parameter key of the parameter in the layer
     * @return its binding
     * @throws IllegalArgumentException if the graph has no such parameter
     */
    public WeightBinding binding(String layer, String parameter) {
        WeightBinding binding = byParameter.get(key(layer, parameter));
        Need.that(
                binding != null,
                "parameter",
                key(layer, parameter),
                "one of " + byParameter.keySet());
        return binding;
    }

    /**
     * The parameter that a tensor belongs to.
     *
     * @param name name of a tensor in a checkpoint
     * @return its binding, empty if the graph does not have it
     */
    public Optional<WeightBinding> ofTensor(String name) {
        return Optional.ofNullable(byTensor.get(name));
    }

    /**
     * Whether a tensor without parameter may be left out silently.
     *
     * @param name name of a tensor in a checkpoint
     * @return true for buffers that are computed, such as position ids
     */
    static boolean isBuffer(String name) {
        return BUFFERS.matcher(name).matches();
    }

    private static String key(String layer, String parameter) {
        return layer + "." + parameter;
    }
}
