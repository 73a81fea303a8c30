package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class AttributeImageIteratorTest {

    @TempDir Path folder;

    private AttributeTable table;

    @BeforeEach
    void files() throws IOException {
        picture("a.png", "png", 0xff0000);
        picture("b.jpg", "jpg", 0x808080);
        picture("c.png", "png", 0x0000ff);
        table =
                AttributeTable.read(
                        Files.writeString(
                                folder.resolve("list.csv"),
                                "image_id,Bald,Hat,Young\na.png,1,-1,1\nb.jpg,-1,1,1\nc.png,-1,-1,-1"));
    }

    private void picture(String name, String format, int rgb) throws IOException {
        BufferedImage image = new BufferedImage(10, 12, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 120; i++) {
            image.setRGB(i % 10, i / 10, rgb);
        }
        assertTrue(ImageIO.write(image, format, folder.resolve(name).toFile()));
    }

    private AttributeImageIterator.Builder builder() {
        return new AttributeImageIterator.Builder(folder, table, 6, 5).shuffle(false).batch(2);
    }

    @Test
    void oneTaskPerAttribute() {
        AttributeImageIterator data = builder().build();
        MultiDataSet batch = data.next();
        assertArrayEquals(new long[] {2, 3, 6, 5}, batch.getFeatures(0).shape());
        assertEquals(1, batch.getFeatures(0).getDouble(0, 0, 5, 4), 1e-6);
        assertEquals(0, batch.getFeatures(0).getDouble(0, 2, 0, 0), 1e-6);
        assertEquals(128 / 255.0, batch.getFeatures(0).getDouble(1, 1, 3, 2), 0.02);
        assertEquals(3, batch.numLabelsArrays());
        assertArrayEquals(new float[] {1, 0}, batch.getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {0, 1}, batch.getLabels(1).data().asFloat());
        assertArrayEquals(new float[] {1, 1}, batch.getLabels(2).data().asFloat());
        assertArrayEquals(new long[] {1, 1}, data.next().getLabels(2).shape());
    }

    @Test
    void groupsOfAttributes() {
        MultiDataSet batch = builder().output("Young", "Bald").output("Hat").build().next();
        assertEquals(2, batch.numLabelsArrays());
        assertArrayEquals(new long[] {2, 2}, batch.getLabels(0).shape());
        assertArrayEquals(new float[] {1, 1, 1, 0}, batch.getLabels(0).data().asFloat());
        assertArrayEquals(new float[] {0, 1}, batch.getLabels(1).data().asFloat());
        AttributeImageIterator.Builder unknown = builder().output("Beard");
        assertThrows(IllegalArgumentException.class, unknown::build);
    }

    @Test
    void missingAndDamagedPicturesAreNamed() throws IOException {
        AttributeImageIterator data = builder().build();
        data.next();
        Files.delete(folder.resolve("c.png"));
        String missing = assertThrows(UncheckedIOException.class, data::next).getMessage();
        assertTrue(missing.contains(folder.resolve("c.png").toString()), missing);
        byte[] whole = Files.readAllBytes(folder.resolve("a.png"));
        Files.write(folder.resolve("c.png"), java.util.Arrays.copyOf(whole, 40));
        String damaged = assertThrows(UncheckedIOException.class, data::next).getMessage();
        assertTrue(damaged.contains("c.png") && damaged.contains("damaged"), damaged);
        whole[16] = 0x10; // a width of 268 million pixels
        Files.write(folder.resolve("c.png"), whole);
        String huge = assertThrows(UncheckedIOException.class, data::next).getMessage();
        assertTrue(huge.contains("c.png") && huge.contains("claims 3221225592 pixels"), huge);
    }

    /** DL4J's iterators are serializable, which distributed training relies on. */
    @Test
    void survivesSerialization() {
        AttributeImageIterator data = builder().build();
        AttributeImageIterator copy = SerializationUtils.clone(data);
        assertEquals(data.next().getFeatures(0), copy.next().getFeatures(0));
        assertEquals(data.next().getLabels(1), copy.next().getLabels(1));
    }
}
