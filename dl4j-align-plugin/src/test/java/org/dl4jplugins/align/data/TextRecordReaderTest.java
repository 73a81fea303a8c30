package org.dl4jplugins.align.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaDataURI;
import org.datavec.api.split.CollectionInputSplit;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextRecordReaderTest {

    @TempDir Path folder;

    private TextRecordReader reader() throws Exception {
        Path a = folder.resolve("a.json");
        Path b = folder.resolve("b.jsonl");
        Files.writeString(a, "[{\"id\": \"x\", \"input\": \"one\", \"output\": \"zwei\"}]");
        Files.writeString(
                b,
                "{\"instruction\": \"do\", \"input\": \"it\", \"output\": \"eins\"}\n"
                        + "{\"input\": \"three\", \"output\": \"zwei\"}");
        TextRecordReader reader = new TextRecordReader();
        reader.initialize(new CollectionInputSplit(List.of(a.toUri(), b.toUri())));
        return reader;
    }

    @Test
    void oneRecordPerExampleOfAllFiles() throws Exception {
        try (TextRecordReader reader = new TextRecordReader()) {
            assertThrows(NoSuchElementException.class, reader::next);
        }
        try (TextRecordReader reader = reader()) {
            List<Writable> first =
                    List.of(new Text("x"), new Text(""), new Text("one"), new Text("zwei"));
            assertEquals(first, reader.next());
            Record second = reader.nextRecord();
            assertEquals("[, do, it, eins]", second.getRecord().toString());
            assertTrue(second.getMetaData().getURI().toString().endsWith("b.jsonl"));
            reader.next();
            assertFalse(reader.hasNext());
            assertThrows(NoSuchElementException.class, reader::next);
            reader.reset();
            assertEquals(first, reader.next());
            assertEquals(
                    second.getRecord(), reader.loadFromMetaData(second.getMetaData()).getRecord());
            assertEquals(List.of("eins", "zwei"), reader.getLabels());
            assertEquals(3, reader.examples().size());
        }
    }

    @Test
    void badRequests() throws Exception {
        try (TextRecordReader reader = reader()) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> reader.initialize(new CollectionInputSplit(List.of())));
            assertThrows(
                    IllegalArgumentException.class,
                    () ->
                            reader.loadFromMetaData(
                                    new RecordMetaDataURI(folder.toUri(), Object.class)));
        }
    }
}
