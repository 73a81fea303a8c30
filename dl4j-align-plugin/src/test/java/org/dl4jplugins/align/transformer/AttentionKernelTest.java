package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Both kernels against plain loops over examples, heads, queries and keys. */
class AttentionKernelTest {

    static Stream<Arguments> cases() {
        return Stream.of(
                Arguments.of("self", conf(3, 4), 2, 5, 5, "none", false),
                Arguments.of("mask", conf(2, 3), 3, 4, 4, "padding", false),
                Arguments.of("cross, bias", conf(2, 3).scale(1), 2, 3, 7, "padding", true),
                Arguments.of("causal", conf(2, 3).causal(true), 2, 6, 6, "padding", true),
                Arguments.of(
                        "continued", conf(4, 2).kvHeads(2).causal(true), 2, 3, 8, "none", false),
                Arguments.of(
                        "one token", conf(4, 2).kvHeads(1).causal(true), 3, 1, 9, "padding", true),
                Arguments.of("window", conf(2, 4).causal(true).window(2), 2, 5, 7, "none", false),
                Arguments.of(
                        "dropout", conf(4, 2).kvHeads(2).dropout(0.4), 2, 5, 6, "padding", true),
                Arguments.of("nothing seen", conf(2, 2).causal(true), 2, 4, 4, "hidden", false),
                Arguments.of(
                        "tiles",
                        conf(2, 40).kvHeads(1).causal(true).window(90),
                        1,
                        130,
                        140,
                        "padding",
                        true),
                Arguments.of("long rows", conf(1, 2), 1, 3, 4100, "padding", false));
    }

    private static AttentionVertex.Builder conf(int heads, int size) {
        return new AttentionVertex.Builder(heads, size);
    }

    private static INDArray[] arrays(AttentionTask t) {
        INDArray[] made = new INDArray[4];
        made[0] = like(t.q());
        made[1] = like(t.k());
        made[2] = like(t.v());
        made[3] = t.bias() == null ? null : like(t.bias());
        return made;
    }

    private static INDArray like(INDArray x) {
        return Nd4j.valueArrayOf(x.shape(), Double.NaN, x.dataType());
    }

    private static float[] mask(String kind, int batch, int keys) {
        if (kind.equals("none")) {
            return null;
        }
        float[] mask = new float[batch * keys];
        for (int i = 0; i < mask.length; i++) {
            boolean hidden = i / keys == 0 && kind.equals("hidden");
            mask[i] = hidden || i % keys == i / keys || i % 5 == 3 ? 0 : 1;
        }
        return mask;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void kernelsEqualPlainLoops(
            String name,
            AttentionVertex.Builder builder,
            int batch,
            int queries,
            int keys,
            String maskKind,
            boolean biased) {
        Nd4j.getRandom().setSeed(11);
        AttentionVertex conf = builder.build();
        int width = conf.getHeads() * conf.getHeadSize();
        int kvWidth = conf.getKvHeads() * conf.getHeadSize();
        AttentionTask t =
                new AttentionTask(
                        conf,
                        Nd4j.randn(DataType.DOUBLE, batch, queries, width),
                        Nd4j.randn(DataType.DOUBLE, batch, keys, kvWidth),
                        Nd4j.randn(DataType.DOUBLE, batch, keys, kvWidth),
                        biased ? Nd4j.randn(DataType.DOUBLE, conf.getHeads(), queries, keys) : null,
                        mask(maskKind, batch, keys),
                        conf.getDropout() > 0 ? 77 : 0);
        INDArray epsilon = Nd4j.randn(DataType.DOUBLE, batch, queries, width);
        INDArray out = Nd4j.zeros(DataType.DOUBLE, t.q().shape());
        INDArray[] gradients = plainLoops(t, epsilon, out);
        check(new ArrayAttention(), t, epsilon, out, gradients, 1e-12);
        AttentionTask floats =
                new AttentionTask(
                        conf,
                        t.q().castTo(DataType.FLOAT),
                        t.k().castTo(DataType.FLOAT),
                        t.v().castTo(DataType.FLOAT),
                        biased ? t.bias().castTo(DataType.FLOAT) : null,
                        t.mask(),
                        t.seed());
        assertTrue(FloatAttention.fits(floats));
        INDArray e = epsilon.castTo(DataType.FLOAT);
        check(new FloatAttention(new ScratchPool()), floats, e, out, gradients, 2e-5);
        check(new ArrayAttention(), floats, e, out, gradients, 2e-5);
    }

    private static void check(
            AttentionKernel kernel,
            AttentionTask t,
            INDArray epsilon,
            INDArray expected,
            INDArray[] expectedGradients,
            double tolerance) {
        String what = kernel.getClass().getSimpleName() + " ";
        INDArray out = like(t.q());
        kernel.forward(t, out);
        close(expected, out, tolerance, what + "output");
        INDArray[] g = arrays(t);
        kernel.backward(t, epsilon, g[0], g[1], g[2], g[3]);
        String[] names = {"dq", "dk", "dv", "dBias"};
        for (int i = 0; i < 4; i++) {
            assertEquals(expectedGradients[i] == null, g[i] == null);
            if (g[i] != null) {
                close(expectedGradients[i], g[i], tolerance, what + names[i]);
            }
        }
    }

    private static void close(INDArray expected, INDArray actual, double tolerance, String what) {
        double size = Math.max(1, expected.amaxNumber().doubleValue());
        double difference = expected.sub(actual.castTo(DataType.DOUBLE)).amaxNumber().doubleValue();
        assertTrue(difference <= tolerance * size, what + " differs by " + difference);
    }

    /** Output and gradients, one number after another. */
    private static INDArray[] plainLoops(AttentionTask t, INDArray epsilon, INDArray out) {
        INDArray[] g = arrays(t);
        for (INDArray x : g) {
            if (x != null) {
                x.assign(0);
            }
        }
        for (int b = 0; b < t.batch(); b++) {
            for (int h = 0; h < t.heads(); h++) {
                for (int i = 0; i < t.queries(); i++) {
                    query(t, epsilon, out, g, b, h, i);
                }
            }
        }
        return g;
    }

    private static void query(
            AttentionTask t, INDArray epsilon, INDArray out, INDArray[] g, int b, int h, int i) {
        int size = t.conf().getHeadSize();
        int shared = h * t.conf().getKvHeads() / t.heads();
        int last = t.conf().isCausal() ? i + t.keys() - t.queries() : t.keys() - 1;
        int window = t.conf().getWindow() == 0 ? Integer.MAX_VALUE : t.conf().getWindow();
        double[] p = new double[t.keys()];
        double[] kept = new double[t.keys()];
        double sum = 0;
        for (int j = 0; j < t.keys(); j++) {
            boolean visible =
                    j <= last
                            && last - j < window
                            && (t.mask() == null || t.mask()[b * t.keys() + j] != 0);
            double score = t.bias() == null ? 0 : t.bias().getDouble(h, i, j);
            for (int d = 0; d < size; d++) {
                score +=
                        t.conf().getScale()
                                * t.q().getDouble(b, i, h * size + d)
                                * t.k().getDouble(b, j, shared * size + d);
            }
            p[j] = visible ? Math.exp(score) : 0;
            sum += p[j];
            long place = ((b * t.heads() + h) * (long) t.queries() + i) * t.keys() + j;
            kept[j] = !t.drops() ? 1 : t.keeps(place) ? 1 / (1 - t.conf().getDropout()) : 0;
        }
        double mean = 0;
        double[] dP = new double[t.keys()];
        for (int j = 0; j < t.keys(); j++) {
            p[j] = sum == 0 ? 0 : p[j] / sum;
            for (int d = 0; d < size; d++) {
                double v = t.v().getDouble(b, j, shared * size + d);
                double e = epsilon.getDouble(b, i, h * size + d);
                add(out, p[j] * kept[j] * v, b, i, h * size + d);
                add(g[2], p[j] * kept[j] * e, b, j, shared * size + d);
                dP[j] += kept[j] * e * v;
            }
            mean += p[j] * dP[j];
        }
        for (int j = 0; j < t.keys(); j++) {
            double dS = p[j] * (dP[j] - mean);
            if (g[3] != null) {
                add(g[3], dS, h, i, j);
            }
            for (int d = 0; d < size; d++) {
                double scaled = dS * t.conf().getScale();
                add(g[0], scaled * t.k().getDouble(b, j, shared * size + d), b, i, h * size + d);
                add(g[1], scaled * t.q().getDouble(b, i, h * size + d), b, j, shared * size + d);
            }
        }
    }

    private static void add(INDArray x, double value, long... at) {
        x.putScalar(at, x.getDouble(at) + value);
    }
}
