package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageArraysTest {

    private static BufferedImage image(int height, int width, int seed) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            image.setRGB(i % width, i / width, (i + 1) * 0x07351b * seed & 0xffffff);
        }
        return image;
    }

    @Test
    void axesAreChannelRowColumn() {
        BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 0xff8000);
        INDArray array = ImageArrays.toArray(image, 3);
        assertArrayEquals(new long[] {1, 3, 2, 3}, array.shape());
        assertEquals(1, array.getDouble(0, 0, 1, 2), 1e-6);
        assertEquals(128 / 127.5 - 1, array.getDouble(0, 1, 1, 2), 1e-6);
        assertEquals(-1, array.getDouble(0, 2, 1, 2), 1e-6);
        assertEquals(-1, array.getDouble(0, 0, 0, 2), 1e-6);
    }

    @Test
    void thereAndBackIsTheSame() {
        List<BufferedImage> images = List.of(image(5, 4, 1), image(5, 4, 3));
        INDArray array = ImageArrays.toArray(images, 3);
        INDArray transposed = array.castTo(DataType.DOUBLE).permute(3, 2, 1, 0).dup('c');
        List<BufferedImage> back = ImageArrays.toImages(transposed.permute(3, 2, 1, 0));
        for (int i = 0; i < 2; i++) {
            for (int p = 0; p < 20; p++) {
                assertEquals(images.get(i).getRGB(p % 4, p / 4), back.get(i).getRGB(p % 4, p / 4));
            }
        }
    }

    @Test
    void grayIsLuma() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, 0x6496c8);
        double luma = 0.299 * 100 + 0.587 * 150 + 0.114 * 200;
        INDArray array = ImageArrays.toArray(image, 1);
        assertArrayEquals(new long[] {1, 1, 1, 1}, array.shape());
        assertEquals(luma / 127.5 - 1, array.getDouble(0), 1e-5);
        int level = (int) Math.round(luma);
        assertEquals(0xff000000 | level * 0x010101, ImageArrays.toImage(array, 0).getRGB(0, 0));
    }

    @Test
    void valuesOutOfRangeAreCut() {
        INDArray array = Nd4j.createFromArray(-7f, 7f, Float.NaN).reshape(1, 3, 1, 1);
        assertEquals(0xff00ff00, ImageArrays.toImage(array, 0).getRGB(0, 0));
    }

    @Test
    void wrongShapesAreNamed() {
        IllegalArgumentException shape =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ImageArrays.toImages(Nd4j.zeros(2, 4, 3, 3)));
        assertEquals(
                "shape of the images must be [batch, channel, height, width] with 1 or 3 channels,"
                        + " got [2, 4, 3, 3]",
                shape.getMessage());
        IllegalArgumentException size =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ImageArrays.toArray(List.of(image(2, 3, 1), image(3, 3, 1)), 3));
        assertEquals(
                "height x width of images[1] must be 2 x 3, as of the first, got 3 x 3",
                size.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ImageArrays.toArray(image(2, 2, 1), 2));
        assertThrows(
                IllegalArgumentException.class,
                () -> ImageArrays.toImage(Nd4j.zeros(2, 3, 3, 3), 2));
    }
}
