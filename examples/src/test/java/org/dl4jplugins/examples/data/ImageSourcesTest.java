package org.dl4jplugins.examples.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.dl4jplugins.mtl.data.LabeledImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSourcesTest {

    @Test
    void embeddedSubsetIsBalancedAndNamesItsOrigin() throws IOException {
        ImageSources sources = ImageSources.embedded();
        balanced(sources.mnistTrain(), 500);
        balanced(sources.mnistTest(), 100);
        balanced(sources.fashionTrain(), 500);
        balanced(sources.fashionTest(), 100);
        assertNotNull(ImageSources.class.getResource("NOTICE"));
    }

    private static void balanced(LabeledImages pictures, int perClass) {
        assertEquals(28, pictures.rows());
        assertEquals(28, pictures.columns());
        int[] counts = new int[10];
        for (int i = 0; i < pictures.size(); i++) {
            counts[pictures.label(i)]++;
        }
        int[] expected = new int[10];
        Arrays.fill(expected, perClass);
        assertArrayEquals(expected, counts);
    }

    /** Published first labels: MNIST training starts 5 0 4 1 9 2, Fashion-MNIST 9 0 0 3 0 2. */
    @Test
    void picturesAreTheFirstOfThePublishedFiles() throws IOException {
        ImageSources sources = ImageSources.embedded();
        int[] mnist = {5, 0, 4, 1, 9, 2};
        int[] fashion = {9, 0, 0, 3, 0, 2};
        for (int i = 0; i < mnist.length; i++) {
            assertEquals(mnist[i], sources.mnistTrain().label(i));
            assertEquals(fashion[i], sources.fashionTrain().label(i));
        }
    }

    @Test
    void subsetSurvivesWritingAndReading(@TempDir Path folder) throws IOException {
        ImageSources sources = ImageSources.embedded();
        MakeSubset.write(sources, folder);
        ImageSources read = ImageSources.read(folder);
        assertEquals(5000, read.mnistTrain().size());
        assertEquals(1000, read.fashionTest().size());
        for (int i = 0; i < 1000; i += 37) {
            assertEquals(sources.fashionTest().label(i), read.fashionTest().label(i));
            assertEquals(sources.fashionTest().pixel(i, 400), read.fashionTest().pixel(i, 400));
        }
    }

    @Test
    void missingFoldersAreNamed(@TempDir Path folder) {
        String message =
                assertThrows(IOException.class, () -> ImageSources.read(folder)).getMessage();
        assertTrue(message.contains("mnist") && message.contains("fetch-data.sh"), message);
        assertThrows(IllegalArgumentException.class, () -> MakeSubset.main(new String[0]));
    }
}
