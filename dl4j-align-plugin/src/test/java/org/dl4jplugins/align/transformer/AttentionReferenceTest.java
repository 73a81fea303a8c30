package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Numbers computed with PyTorch: causal attention of two heads of size 4 over three tokens, rotary
 * with theta 10; {@code q = sin(0.7 i)}, {@code k = cos(q)}, v is q backwards in each token.
 */
class AttentionReferenceTest {
    private static final double[] OUT = {
        -0.982452612624,
        -0.871575772414,
        -0.35078322769,
        0.334988150156,
        0.863209366649,
        0.985449729988,
        0.644217687238,
        0.0,
        -0.916324978065,
        -0.546528387507,
        0.080309043437,
        0.66937587639,
        0.906998786466,
        0.870346174166,
        0.424356156622,
        -0.221215192129,
        -0.714132681373,
        -0.276776776133,
        0.290751571678,
        0.721534912211,
        0.863563305412,
        0.561153684983,
        -0.005175281762,
        -0.569070232628
    };
    private static final double[] DQ = {
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        -0.024448078967,
        0.004668561046,
        0.164877009577,
        0.022370080998,
        -0.028842424406,
        -0.008434578987,
        0.10071963623,
        0.029326089519,
        0.004892089724,
        0.016742100717,
        -0.105240807901,
        -0.040962444557,
        0.010763086895,
        0.052390378057,
        -0.192229064282,
        -0.102423267148
    };
    private static final double[] DK = {
        0.121417307862, 0.009883765041, -0.004625203504, -0.111556948214, -0.100787372673,
        0.016791845916, 0.012208436803, 0.066192278304, -0.09705720483, -0.025165823998,
        0.053564926061, 0.137266657182, 0.078361434072, 0.076013624183, 0.030266551084,
        -0.069901625528, 0.0621000147, 0.039202611144, -0.002132392991, -0.042464499383,
        -0.12085073454, -0.103178242309, -0.036979410515, 0.046611415863
    };
    private static final double[] DV = {
        -0.408324703871, 0.597888756955, 1.403764498773, 1.630286568049, 1.336717524666,
        0.265690940507, -0.840566440525, -1.461764486381, -0.54375026421, -0.043791837043,
        0.517827606739, 0.876969667181, 0.82740432404, 0.574280973162, 0.088800816428,
        -0.400707242612, -0.358369398943, -0.211202444427, 0.054467270416, 0.313691127492,
        0.316072565233, 0.274090052134, 0.116829079177, -0.081748060787
    };

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void equalsPyTorch(DataType type) {
        double[] q = new double[24];
        double[] k = new double[24];
        double[] v = new double[24];
        double[] e = new double[24];
        for (int i = 0; i < 24; i++) {
            q[i] = Math.sin(0.7 * i);
            k[i] = Math.cos(q[i]);
            v[i] = Math.sin(0.7 * (i / 8 * 8 + 7 - i % 8));
            e[i] = q[i] + 0.1;
        }
        AttentionVertex conf =
                new AttentionVertex.Builder(2, 4)
                        .causal(true)
                        .rotary(new RotaryEmbedding.Builder().theta(10).build())
                        .build();
        AttentionLayer layer = new AttentionLayer(conf, "attention", type);
        INDArray[] inputs = {array(type, q), array(type, k), array(type, v)};
        layer.readFrom(() -> inputs);
        LayerWorkspaceMgr none = LayerWorkspaceMgr.noWorkspaces();
        double tolerance = type == DataType.DOUBLE ? 1e-11 : 2e-6;
        close(OUT, layer.activate(false, none), tolerance);
        // without a training pass before it, the backward pass computes the weights itself
        close(DQ, layer.backward(array(type, e), none)[0], tolerance);
        close(OUT, layer.activate(true, none), tolerance);
        for (int repeat = 0; repeat < 2; repeat++) {
            INDArray[] gradients = layer.backward(array(type, e), none);
            close(DQ, gradients[0], tolerance);
            close(DK, gradients[1], tolerance);
            close(DV, gradients[2], tolerance);
        }
    }

    private static INDArray array(DataType type, double[] values) {
        return Nd4j.createFromArray(values).castTo(type).reshape('c', 1, 3, 8);
    }

    private static void close(double[] expected, INDArray actual, double tolerance) {
        double[] values = actual.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        assertArrayEquals(expected, values, tolerance);
    }
}
