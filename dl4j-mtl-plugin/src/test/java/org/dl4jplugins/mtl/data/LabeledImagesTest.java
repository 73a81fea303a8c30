package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabeledImagesTest {

    @TempDir Path folder;

    @Test
    void readsTheUsualNames() throws IOException {
        LabeledImages pictures = Pictures.random(12, 4, 3, 1);
        try (OutputStream out = Files.newOutputStream(folder.resolve("t10k-images-idx3-ubyte"))) {
            pictures.toImages().write(out);
        }
        assertThrows(IOException.class, () -> LabeledImages.read(folder, "t10k"));
        java.io.ByteArrayOutputStream labels = new java.io.ByteArrayOutputStream();
        pictures.toLabels().write(labels);
        Files.write(
                folder.resolve("t10k-labels-idx1-ubyte.gz"),
                IdxArrayTest.gzip(labels.toByteArray()));
        LabeledImages read = LabeledImages.read(folder, "t10k");
        assertEquals(12, read.size());
        assertEquals(4, read.rows());
        assertEquals(4, read.columns());
        assertEquals(3, read.classes());
        assertEquals(2, read.label(5));
        assertEquals(pictures.pixel(7, 9), read.pixel(7, 9));
    }

    @Test
    void mismatchedExampleCountsAreNamed() {
        IdxArray images = Pictures.random(5, 2, 2, 1).toImages();
        IdxArray labels = Pictures.random(4, 2, 2, 1).toLabels();
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new LabeledImages(images, labels))
                        .getMessage();
        assertTrue(message.contains("5 pictures") && message.contains("4 labels"), message);
        assertThrows(IllegalArgumentException.class, () -> new LabeledImages(labels, images));
    }

    @Test
    void splitsAreDisjointCompleteAndRepeatable() {
        LabeledImages pictures = Pictures.random(50, 3, 5, 2);
        LabeledImages.Split split = pictures.split(0.8, 7);
        assertEquals(40, split.first().size());
        assertEquals(10, split.second().size());
        Set<String> seen = new HashSet<>();
        for (LabeledImages part : new LabeledImages[] {split.first(), split.second()}) {
            for (int i = 0; i < part.size(); i++) {
                StringBuilder pixels = new StringBuilder();
                for (int p = 0; p < 9; p++) {
                    pixels.append(part.pixel(i, p)).append(' ');
                }
                assertTrue(seen.add(pixels.toString()));
            }
        }
        assertEquals(50, seen.size());
        LabeledImages.Split again = pictures.split(0.8, 7);
        LabeledImages.Split other = pictures.split(0.8, 8);
        assertEquals(labels(split.second()), labels(again.second()));
        assertTrue(!labels(split.second()).equals(labels(other.second())));
        for (double fraction : new double[] {0, 1, -0.1, 0.001, Double.NaN}) {
            assertThrows(IllegalArgumentException.class, () -> pictures.split(fraction, 0));
        }
    }

    private static String labels(LabeledImages pictures) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pictures.size(); i++) {
            text.append(pictures.label(i)).append(':').append(pictures.pixel(i, 0)).append(' ');
        }
        return text.toString();
    }

    @Test
    void balancedTakesTheFirstOfEveryClass() {
        LabeledImages uneven = Pictures.random(20, 2, 4, 3).select(0, 4, 8, 12, 1, 2, 5, 3, 6, 7);
        LabeledImages balanced = uneven.balanced(8);
        int[] expected = {0, 0, 1, 2, 1, 3, 2, 3};
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], balanced.label(i));
        }
        assertEquals(uneven.pixel(4, 1), balanced.pixel(2, 1));
        assertThrows(IllegalArgumentException.class, () -> uneven.balanced(7));
        assertThrows(IllegalArgumentException.class, () -> uneven.balanced(12));
    }
}
