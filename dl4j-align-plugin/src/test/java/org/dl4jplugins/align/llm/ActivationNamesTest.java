package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Hugging Face's names mean Hugging Face's functions. */
class ActivationNamesTest {
    private static final double[] POINTS = {-3, -0.7, 0, 0.4, 2.5};

    @TestFactory
    Stream<DynamicTest> closedForms() {
        DoubleUnaryOperator erf = x -> 0.5 * x * (1 + Erf.erf(x / Math.sqrt(2)));
        DoubleUnaryOperator tanh =
                x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
        DoubleUnaryOperator silu = x -> x / (1 + Math.exp(-x));
        Map<String, DoubleUnaryOperator> forms =
                Map.ofEntries(
                        Map.entry("gelu", erf),
                        Map.entry("gelu_python", erf),
                        Map.entry("gelu_new", tanh),
                        Map.entry("gelu_fast", tanh),
                        Map.entry("gelu_pytorch_tanh", tanh),
                        Map.entry("quick_gelu", x -> x / (1 + Math.exp(-1.702 * x))),
                        Map.entry("silu", silu),
                        Map.entry("swish", silu),
                        Map.entry("relu", x -> Math.max(0, x)),
                        Map.entry("tanh", Math::tanh),
                        Map.entry("sigmoid", x -> 1 / (1 + Math.exp(-x))),
                        Map.entry("linear", x -> x));
        return forms.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e)));
    }

    private static void check(Map.Entry<String, DoubleUnaryOperator> form) {
        HfConfig config = HfConfig.of(Map.of());
        INDArray x = Nd4j.createFromArray(new double[][] {POINTS});
        INDArray y = Activations.of(form.getKey(), "hidden_act", config).getActivation(x, false);
        for (int i = 0; i < POINTS.length; i++) {
            // ND4J has 1.702 in single precision
            assertEquals(form.getValue().applyAsDouble(POINTS[i]), y.getDouble(0, i), 1e-8);
        }
    }
}
