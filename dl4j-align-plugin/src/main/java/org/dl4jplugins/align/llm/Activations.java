package org.dl4jplugins.align.llm;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.dl4jplugins.align.transformer.GeluExact;
import org.dl4jplugins.align.transformer.GeluTanh;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Activation functions by Hugging Face's names. */
final class Activations {
    private static final Map<String, Supplier<IActivation>> BY_NAME =
            new TreeMap<>(
                    Map.ofEntries(
                            Map.entry("gelu", GeluExact::new),
                            Map.entry("gelu_python", GeluExact::new),
                            Map.entry("gelu_new", GeluTanh::new),
                            Map.entry("gelu_fast", GeluTanh::new),
                            Map.entry("gelu_pytorch_tanh", GeluTanh::new),
                            Map.entry("quick_gelu", ActivationGELU::new),
                            Map.entry("silu", ActivationSwish::new),
                            Map.entry("swish", ActivationSwish::new),
                            Map.entry("relu", ActivationReLU::new),
                            Map.entry("tanh", ActivationTanH::new),
                            Map.entry("sigmoid", ActivationSigmoid::new),
                            Map.entry("linear", ActivationIdentity::new)));

    private Activations() {}

    /**
     * A new activation function.
     *
     * @throws IllegalArgumentException if the name is unknown, listing those known
     */
    static IActivation of(String name, String key, HfConfig config) {
        Supplier<IActivation> activation = BY_NAME.get(name);
        Need.that(
                activation != null,
                key + " in " + config.source(),
                '"' + name + '"',
                "one of " + BY_NAME.keySet());
        return activation.get();
    }
}
