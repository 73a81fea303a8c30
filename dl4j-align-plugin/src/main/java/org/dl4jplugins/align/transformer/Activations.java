package org.dl4jplugins.align.transformer;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Activation functions by the names that Hugging Face's configurations use. */
public final class Activations {
    private static final Map<String, Supplier<IActivation>> KNOWN = known();

    private Activations() {}

    /**
     * The function of a name such as {@code gelu}, {@code gelu_new}, {@code silu} or {@code relu}.
     *
     * @param name value of {@code hidden_act} or the like in a config.json
     * @return a new instance
     * @throws IllegalArgumentException for an unknown name, listing the known ones
     */
    public static IActivation byName(String name) {
        Supplier<IActivation> function = name == null ? null : KNOWN.get(name);
        if (function == null) {
            throw new IllegalArgumentException(
                    "Unknown activation function \"" + name + "\", known are " + KNOWN.keySet());
        }
        return function.get();
    }

    private static Map<String, Supplier<IActivation>> known() {
        Map<String, Supplier<IActivation>> map = new TreeMap<>();
        map.put("gelu", GeluExact::new);
        map.put("gelu_python", GeluExact::new);
        map.put("gelu_new", GeluTanh::new);
        map.put("gelu_fast", GeluTanh::new);
        map.put("gelu_accurate", GeluTanh::new);
        map.put("gelu_pytorch_tanh", GeluTanh::new);
        map.put("gelu_python_tanh", GeluTanh::new);
        map.put("quick_gelu", ActivationGELU::new);
        map.put("relu", ActivationReLU::new);
        map.put("relu6", ActivationReLU6::new);
        map.put("leaky_relu", () -> new ActivationLReLU(0.01));
        map.put("elu", ActivationELU::new);
        map.put("silu", ActivationSwish::new);
        map.put("swish", ActivationSwish::new);
        map.put("mish", ActivationMish::new);
        map.put("tanh", ActivationTanH::new);
        map.put("sigmoid", ActivationSigmoid::new);
        map.put("linear", ActivationIdentity::new);
        return map;
    }
}
