package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.dl4jplugins.core.accel.FloatMath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reference values: PyTorch 1.13 in double precision. */
class ActivationsTest {
    private static final double[] X = {-9, -5, -3, -1.5, -0.75, -0.1, 0, 0.2, 0.6, 1, 2.5, 4, 8};

    private static void check(String name, double[] values, double[] derivatives) {
        IActivation function = Activations.byName(name);
        INDArray eps = Nd4j.linspace(DataType.DOUBLE, 0.5, 0.25, X.length);
        double[] scaled = new double[X.length];
        for (int i = 0; i < X.length; i++) {
            scaled[i] = derivatives[i] * eps.getDouble(i);
        }
        for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
            double tolerance = type == DataType.FLOAT ? 1e-6 : 1e-11;
            INDArray x = Nd4j.createFromArray(X).castTo(type);
            INDArray in = x.dup();
            assertSame(in, function.getActivation(in, true), "works in place");
            assertArrayEquals(values, in.toDoubleVector(), tolerance);
            INDArray back = function.backprop(x.dup(), eps.castTo(type)).getFirst();
            assertArrayEquals(scaled, back.toDoubleVector(), 3 * tolerance);
        }
        float[] x = new float[FloatMath.MAX_LENGTH];
        float[] derivative = x.clone();
        for (int i = 0; i < X.length; i++) {
            x[i] = (float) X[i];
        }
        ElementKernel.of(function).get().apply(x, derivative, X.length);
        for (int i = 0; i < X.length; i++) {
            assertEquals(values[i], x[i], 1e-6);
            assertEquals(derivatives[i], derivative[i], 1e-6);
        }
    }

    @Test
    void exactGelu() {
        check(
                "gelu",
                new double[] {
                    0,
                    -1.433258e-06,
                    -0.004049694095,
                    -0.100210801903,
                    -0.169970514283,
                    -0.046017216272,
                    0.0,
                    0.115851941888,
                    0.43544812935,
                    0.841344746069,
                    2.484475836686,
                    3.999873315033,
                    8.0
                },
                new double[] {
                    0,
                    -7.146946e-06,
                    -0.011945647204,
                    -0.12746919223,
                    0.000774278261,
                    0.420476907975,
                    0.5,
                    0.657468248234,
                    0.925681643985,
                    1.083315470588,
                    1.037611085908,
                    1.000503649661,
                    1.0
                });
    }

    @Test
    void geluByTanh() {
        check(
                "gelu_new",
                new double[] {
                    0,
                    -2.2918e-07,
                    -0.003637392082,
                    -0.10042842302,
                    -0.170039444834,
                    -0.046017248955,
                    0.0,
                    0.115851429782,
                    0.435415199231,
                    0.841191990608,
                    2.48491573391,
                    3.999929754052,
                    8.0
                },
                new double[] {
                    0.0, -1.546362e-06, -0.011584166631, -0.127710793151, 0.001061743863,
                    0.420478210728, 0.5, 0.657458149196, 0.925491533332, 1.082964083846,
                    1.037951576213, 1.000335123197, 1.0
                });
    }

    @Test
    void silu() {
        check(
                "silu",
                new double[] {
                    -0.001110551184,
                    -0.033464254621,
                    -0.142277619533,
                    -0.27363828571,
                    -0.240615975618,
                    -0.047502081252,
                    0.0,
                    0.109966799462,
                    0.387393783735,
                    0.73105857863,
                    2.310354549947,
                    3.928055160152,
                    7.997317198956
                },
                new double[] {
                    -0.000987019572,
                    -0.02654743243,
                    -0.088104106015,
                    -0.041294154299,
                    0.157400055503,
                    0.450083208502,
                    0.5,
                    0.599337311855,
                    0.7829268505,
                    0.927670511871,
                    1.099401111342,
                    1.052664614891,
                    1.002346551236
                });
    }

    @Test
    void relu() {
        double[] y = Arrays.stream(X).map(v -> Math.max(v, 0)).toArray();
        check("relu", y, Arrays.stream(X).map(v -> v > 0 ? 1 : 0).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"gelu", "gelu_new", "silu", "relu"})
    void extremeValuesStayFinite(String name) {
        float[] x = new float[FloatMath.MAX_LENGTH];
        float[] derivative = new float[x.length];
        x[0] = 1e30f;
        x[1] = -1e30f;
        x[2] = 100;
        x[3] = -100;
        ElementKernel.of(Activations.byName(name)).get().apply(x, derivative, 4);
        x[0] /= 1e30f;
        x[2] /= 100;
        assertArrayEquals(new float[] {1, 0, 1, 0}, Arrays.copyOf(x, 4), 1e-6f);
        assertArrayEquals(new float[] {1, 0, 1, 0}, Arrays.copyOf(derivative, 4), 1e-6f);
    }

    @Test
    void longArraysAndArraysInOtherOrders() {
        for (String name : new String[] {"gelu", "gelu_new", "silu"}) {
            IActivation function = Activations.byName(name);
            INDArray x = Nd4j.rand(DataType.DOUBLE, 70, 131).subi(0.5).muli(12);
            INDArray eps = Nd4j.rand(DataType.DOUBLE, 70, 131);
            INDArray expected = function.getActivation(x.dup(), false);
            INDArray back = function.backprop(x.dup(), eps.dup()).getFirst();
            for (char order : new char[] {'c', 'f'}) {
                INDArray y = function.getActivation(x.castTo(DataType.FLOAT).dup(order), false);
                assertTrue(expected.equalsWithEps(y.castTo(DataType.DOUBLE), 2e-6), name + order);
                INDArray dx =
                        function.backprop(
                                        x.castTo(DataType.FLOAT).dup(order),
                                        eps.castTo(DataType.FLOAT))
                                .getFirst();
                assertTrue(back.equalsWithEps(dx.castTo(DataType.DOUBLE), 4e-6), name + order);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gelu_python",
                "gelu_fast",
                "gelu_accurate",
                "gelu_pytorch_tanh",
                "gelu_python_tanh",
                "quick_gelu",
                "relu6",
                "leaky_relu",
                "elu",
                "swish",
                "mish",
                "tanh",
                "sigmoid",
                "linear"
            })
    void otherNames(String name) {
        assertNotNull(Activations.byName(name));
    }

    @Test
    void equality() {
        assertEquals(new GeluExact(), Activations.byName("gelu"));
        assertEquals(new GeluTanh(), Activations.byName("gelu_pytorch_tanh"));
        assertNotEquals(new GeluExact(), new GeluTanh());
        assertEquals(new ActivationIdentity(), Activations.byName("linear"));
    }

    @Test
    void unknownNamesListTheKnownOnes() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> Activations.byName("gelu_laplace"));
        assertTrue(e.getMessage().contains("\"gelu_laplace\""), e.getMessage());
        assertTrue(e.getMessage().contains("gelu_new, gelu_python"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> Activations.byName(null));
    }
}
