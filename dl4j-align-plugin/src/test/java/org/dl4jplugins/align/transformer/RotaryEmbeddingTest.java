package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.ObjectMapper;

class RotaryEmbeddingTest {

    /** Numbers of the formulas in Hugging Face's modeling_rope_utils, computed with PyTorch. */
    @Test
    void frequenciesAreThoseOfHuggingFace() {
        RotaryEmbedding.Builder builder = new RotaryEmbedding.Builder();
        double[] plain = {1, 0.1, 0.01, 0.001};
        assertArrayEquals(plain, builder.build().frequencies(8, 1000), 1e-15);
        assertArrayEquals(
                new double[] {0.25, 0.025, 0.0025, 0.00025},
                builder.linear(4).build().frequencies(8, 1000),
                1e-15);
        assertArrayEquals(
                new double[] {1, 0.013042256043820465, 0.00125, 0.000125},
                builder.llama3(8, 64, 1, 4).build().frequencies(8, 1000),
                1e-15);
        RotaryEmbedding dynamic = builder.dynamic(2, 16).build();
        assertArrayEquals(plain, dynamic.frequencies(8, 16), 1e-15);
        assertArrayEquals(
                new double[] {1, 0.06299605249474366, 0.003968502629920499, 0.00025},
                dynamic.frequencies(8, 40),
                1e-15);
    }

    @Test
    void anglesAreThoseOfTheReference() {
        Golden golden = Golden.load("llama_tiny");
        INDArray cos = golden.array("rope.cos");
        INDArray sin = golden.array("rope.sin");
        int positions = (int) cos.size(0);
        int size = (int) cos.size(1);
        Rotation rotation = new Rotation(new RotaryEmbedding.Builder().build(), size);
        for (int k = 0; k < size / 2; k++) {
            INDArray x = Nd4j.zeros(DataType.DOUBLE, 1, positions, size);
            for (int p = 0; p < positions; p++) {
                x.putScalar(0, p, k, 1);
            }
            INDArray y = turned(rotation, x, false);
            for (int p = 0; p < positions; p++) {
                assertEquals(cos.getDouble(p, k), y.getDouble(0, p, k), 1e-12);
                assertEquals(sin.getDouble(p, k), y.getDouble(0, p, k + size / 2), 1e-12);
            }
        }
    }

    private static INDArray turned(Rotation rotation, INDArray x, boolean back) {
        int batch = (int) x.size(0);
        int time = (int) x.size(1);
        INDArray y = Nd4j.valueArrayOf(x.shape(), Double.NaN, x.dataType());
        rotation.turn(
                x,
                y,
                KeyPositions.of(null, batch, time, time),
                KeyPositions.lengths(null, batch, time),
                back);
        return y;
    }

    @Test
    void turningBackUndoesTurningAndTypesAgree() {
        RotaryEmbedding settings = new RotaryEmbedding.Builder().theta(20).partial(0.5).build();
        Rotation rotation = new Rotation(settings, 8);
        INDArray x = Nd4j.randn(DataType.DOUBLE, 2, 7, 24);
        INDArray y = turned(rotation, x, false);
        assertTrue(turned(rotation, y, true).equalsWithEps(x, 1e-12));
        assertTrue(x.distance2(y) > 1);
        INDArray floats = turned(rotation, x.castTo(DataType.FLOAT), false);
        assertTrue(floats.castTo(DataType.DOUBLE).equalsWithEps(y, 1e-5));
        floats = turned(rotation, floats, true);
        assertTrue(floats.castTo(DataType.DOUBLE).equalsWithEps(x, 1e-5));
        for (int d = 4; d < 8; d++) {
            assertEquals(x.getDouble(1, 6, d), y.getDouble(1, 6, d), 0, "not to be turned");
        }
    }

    @Test
    void json() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        mapper.setVisibility(
                org.nd4j.shade.jackson.annotation.PropertyAccessor.FIELD,
                org.nd4j.shade.jackson.annotation.JsonAutoDetect.Visibility.ANY);
        RotaryEmbedding settings =
                new RotaryEmbedding.Builder().theta(5e5).partial(0.25).llama3(8, 64, 1, 4).build();
        String text = mapper.writeValueAsString(settings);
        assertEquals(settings, mapper.readValue(text, RotaryEmbedding.class));
    }

    @Test
    void settingsAreChecked() {
        RotaryEmbedding.Builder builder = new RotaryEmbedding.Builder();
        assertThrows(IllegalArgumentException.class, () -> builder.theta(0).build());
        builder.theta(10);
        assertThrows(IllegalArgumentException.class, () -> builder.partial(1.5).build());
        builder.partial(1);
        assertThrows(IllegalArgumentException.class, () -> builder.linear(0.5).build());
        assertThrows(IllegalArgumentException.class, () -> builder.dynamic(2, 0).build());
        assertThrows(IllegalArgumentException.class, () -> builder.llama3(2, 8, 4, 4).build());
        assertEquals(10, builder.llama3(2, 8, 1, 4).build().getTheta());
    }
}
