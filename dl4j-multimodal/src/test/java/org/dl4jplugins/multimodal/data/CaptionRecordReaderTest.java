package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import javax.imageio.ImageIO;
import org.datavec.api.records.Record;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.split.FileSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class CaptionRecordReaderTest {

    @TempDir Path folder;
    private final ImageLoader loader = new ImageLoader.Builder(4, 6).build();

    @BeforeEach
    void pictures() throws IOException {
        for (int i = 0; i < 2; i++) {
            BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
            image.setRGB(5, 3, i == 0 ? 0xff0000 : 0x00ff00);
            ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
        }
    }

    private static INDArray image(Writable writable) {
        return ((NDArrayWritable) writable).get();
    }

    @Test
    void aRecordForEachCaption() throws Exception {
        Path first =
                Files.writeString(
                        folder.resolve("a.csv"), "image,caption\n1.png,green\n0.png,red\n");
        Path second =
                Files.writeString(
                        folder.resolve("b.json"),
                        "{\"images\": [{\"id\": 1, \"file_name\": \"0.png\"}], \"annotations\":"
                                + " [{\"image_id\": 1, \"caption\": \"again\"},"
                                + " {\"image_id\": 1, \"caption\": \"and again\"}]}");
        CaptionRecordReader reader = new CaptionRecordReader(folder, loader);
        assertThrows(NoSuchElementException.class, reader::next);
        reader.initialize(new CollectionInputSplit(List.of(first.toUri(), second.toUri())));
        assertEquals(4, reader.examples().size());
        List<Writable> green = reader.next();
        assertArrayEquals(new long[] {1, 3, 4, 6}, image(green.get(0)).shape());
        assertEquals(1, image(green.get(0)).getDouble(0, 1, 3, 5), 1e-6);
        assertEquals("green", green.get(1).toString());
        assertEquals(1, image(reader.next().get(0)).getDouble(0, 0, 3, 5), 1e-6);
        assertEquals("again", reader.next().get(1).toString());
        Record last = reader.nextRecord();
        assertEquals("and again", last.getRecord().get(1).toString());
        assertEquals(second.toUri(), last.getMetaData().getURI());
        assertFalse(reader.hasNext());
        assertEquals(
                last.getRecord().get(1),
                reader.loadFromMetaData(last.getMetaData()).getRecord().get(1));
        reader.reset();
        assertEquals("green", reader.next().get(1).toString());
    }

    @Test
    void missingPicturesAreNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("a.csv"), "image,caption\n7.png,none\n");
        CaptionRecordReader reader = new CaptionRecordReader(folder, loader);
        reader.initialize(new FileSplit(file.toFile()));
        UncheckedIOException e = assertThrows(UncheckedIOException.class, reader::next);
        assertTrue(e.getMessage().contains("7.png"), e.getMessage());
    }

    @Test
    void aRecordForEachAnswer() throws Exception {
        Path file =
                Files.writeString(
                        folder.resolve("chat.json"),
                        """
                        [{"id": "x", "image": "1.png", "conversations": [
                           {"from": "human", "value": "<image>\\nWhat?"},
                           {"from": "gpt", "value": "Green."},
                           {"from": "human", "value": "Sure?"},
                           {"from": "gpt", "value": "Yes."}]},
                         {"id": "y", "conversations": [
                           {"from": "human", "value": "Hello"},
                           {"from": "gpt", "value": "Hi"}]}]""");
        ConversationRecordReader reader = new ConversationRecordReader(folder, loader);
        reader.initialize(new FileSplit(file.toFile()));
        List<Writable> first = reader.next();
        assertEquals(1, image(first.get(0)).getDouble(0, 1, 3, 5), 1e-6);
        assertEquals(
                List.of("x", "What?", "Green."),
                first.subList(1, 4).stream().map(Writable::toString).toList());
        List<Writable> second = reader.next();
        assertEquals(image(first.get(0)), image(second.get(0)));
        assertEquals("Yes.", second.get(3).toString());
        assertEquals(1, reader.examples().get(1).round());
        assertEquals(NullWritable.INSTANCE, reader.next().get(0));
        assertFalse(reader.hasNext());
    }
}
