package org.dl4jplugins.core.accel;

import java.util.Set;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/** Activation functions that treat every element alike, whatever the layout. */
final class Elementwise {
    private static final Set<Class<?>> KNOWN =
            Set.of(
                    ActivationCube.class,
                    ActivationELU.class,
                    ActivationGELU.class,
                    ActivationHardSigmoid.class,
                    ActivationHardTanH.class,
                    ActivationIdentity.class,
                    ActivationLReLU.class,
                    ActivationMish.class,
                    ActivationReLU.class,
                    ActivationReLU6.class,
                    ActivationSELU.class,
                    ActivationSigmoid.class,
                    ActivationSoftPlus.class,
                    ActivationSoftSign.class,
                    ActivationSwish.class,
                    ActivationTanH.class);

    private Elementwise() {}

    /**
     * Whether a function is known to be elementwise, deterministic and without parameters.
     *
     * @param function an activation function, or null
     * @return whether it may be applied to the stored matrix of a pixel-major array
     */
    static boolean supports(IActivation function) {
        return function != null && KNOWN.contains(function.getClass());
    }

    /**
     * Whether a function is the identity.
     *
     * @param function an activation function
     * @return whether nothing has to be computed
     */
    static boolean isIdentity(IActivation function) {
        return function.getClass() == ActivationIdentity.class;
    }

    /**
     * Whether a function is max(0, x) and nothing more.
     *
     * @param function an activation function
     * @return false for ReLU with a threshold, slope or maximum
     */
    static boolean isPlainRelu(IActivation function) {
        return function.getClass() == ActivationReLU.class && function.equals(new ActivationReLU());
    }
}
