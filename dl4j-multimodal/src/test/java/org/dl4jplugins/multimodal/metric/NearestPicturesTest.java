package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NearestPicturesTest {

    private final INDArray known = new NoiseSource(1).normal(DataType.FLOAT, 9, 3, 4, 5);

    @Test
    void findsWhatComparingAllFinds() {
        INDArray pictures = new NoiseSource(2).normal(DataType.FLOAT, 6, 3, 4, 5);
        NearestPictures.Nearest nearest = new NearestPictures(known).of(pictures);
        for (int i = 0; i < 6; i++) {
            int best = 0;
            double least = Double.POSITIVE_INFINITY;
            for (int k = 0; k < 9; k++) {
                double sum = 0;
                for (int v = 0; v < 60; v++) {
                    double difference =
                            pictures.slice(i).dup('c').data().getDouble(v)
                                    - known.slice(k).dup('c').data().getDouble(v);
                    sum += difference * difference;
                }
                if (sum < least) {
                    least = sum;
                    best = k;
                }
            }
            assertEquals(best, nearest.indices()[i]);
            assertEquals(Math.sqrt(least / 60), nearest.distances()[i], 1e-5);
        }
    }

    @Test
    void aCopyHasNoDistance() {
        INDArray copies = Nd4j.concat(0, known.slice(7).reshape(1, 3, 4, 5));
        NearestPictures.Nearest nearest = new NearestPictures(known).of(copies);
        assertEquals(7, nearest.indices()[0]);
        assertEquals(0, nearest.distances()[0], 0);
    }

    @Test
    void picturesOfAnotherSizeAreRefused() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new NearestPictures(known).of(Nd4j.zeros(2, 3, 4, 4)));
        assertTrue(e.getMessage().contains("[batch, 3, 4, 5], got [2, 3, 4, 4]"), e.getMessage());
        e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new NearestPictures(Nd4j.zeros(3, 4)));
        assertTrue(e.getMessage().startsWith("known must be"), e.getMessage());
    }
}
