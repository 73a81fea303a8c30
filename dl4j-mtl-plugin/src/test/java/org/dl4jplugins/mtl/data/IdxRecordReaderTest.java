package org.dl4jplugins.mtl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.records.Record;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.deeplearning4j.datasets.datavec.RecordReaderMultiDataSetIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.api.MultiDataSet;

class IdxRecordReaderTest {

    @TempDir Path folder;

    private final LabeledImages pictures = Pictures.random(7, 4, 3, 5);

    private CollectionInputSplit files(IdxArray... arrays) throws IOException {
        List<java.net.URI> files = new java.util.ArrayList<>();
        for (int i = 0; i < arrays.length; i++) {
            Path file = folder.resolve("file" + i);
            try (OutputStream out = Files.newOutputStream(file)) {
                arrays[i].write(out);
            }
            files.add(file.toUri());
        }
        return new CollectionInputSplit(files);
    }

    @Test
    void recordsHoldOneItemOfEveryFile() throws Exception {
        try (IdxRecordReader reader = new IdxRecordReader()) {
            assertThrows(NoSuchElementException.class, reader::next);
            reader.initialize(files(pictures.toImages(), pictures.toLabels()));
            for (int pass = 0; pass < 2; pass++) {
                for (int i = 0; i < 7; i++) {
                    List<Writable> record = reader.next();
                    assertEquals(2, record.size());
                    NDArrayWritable picture = (NDArrayWritable) record.get(0);
                    assertArrayEquals(new long[] {1, 1, 4, 4}, picture.get().shape());
                    assertEquals(pictures.pixel(i, 6), picture.get().getInt(0, 0, 1, 2));
                    assertEquals(i % 3, record.get(1).toInt());
                }
                assertFalse(reader.hasNext());
                reader.reset();
            }
            reader.next();
            Record second = reader.nextRecord();
            assertEquals(
                    second.getRecord(), reader.loadFromMetaData(second.getMetaData()).getRecord());
        }
    }

    @Test
    void feedsDl4jsOwnIterator() throws Exception {
        IdxRecordReader reader = new IdxRecordReader(1 / 255.0);
        reader.initialize(files(pictures.toImages(), pictures.toLabels()));
        RecordReaderMultiDataSetIterator data =
                new RecordReaderMultiDataSetIterator.Builder(5)
                        .addReader("idx", reader)
                        .addInput("idx", 0, 0)
                        .addOutputOneHot("idx", 1, 3)
                        .build();
        MultiDataSet batch = data.next();
        assertArrayEquals(new long[] {5, 1, 4, 4}, batch.getFeatures(0).shape());
        assertArrayEquals(new long[] {5, 3}, batch.getLabels(0).shape());
        for (int i = 0; i < 5; i++) {
            assertEquals(
                    pictures.pixel(i, 13) / 255.0,
                    batch.getFeatures(0).getDouble(i, 0, 3, 1),
                    1e-6);
            assertEquals(1, batch.getLabels(0).getDouble(i, pictures.label(i)));
        }
        assertEquals(5, batch.getLabels(0).sumNumber().doubleValue());
        assertArrayEquals(new long[] {2, 3}, data.next().getLabels(0).shape());
    }

    @Test
    void mismatchedExampleCountsAreNamed() throws Exception {
        try (IdxRecordReader reader = new IdxRecordReader()) {
            CollectionInputSplit split =
                    files(pictures.toImages(), pictures.select(0, 1, 2).toLabels());
            String message =
                    assertThrows(IllegalArgumentException.class, () -> reader.initialize(split))
                            .getMessage();
            assertTrue(message.contains("7 items") && message.contains("3 items"), message);
            assertTrue(message.contains("file0") && message.contains("file1"), message);
        }
    }
}
