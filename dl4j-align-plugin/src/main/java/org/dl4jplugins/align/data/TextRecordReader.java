package org.dl4jplugins.align.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.datavec.api.conf.Configuration;
import org.datavec.api.records.Record;
import org.datavec.api.records.metadata.RecordMetaData;
import org.datavec.api.records.metadata.RecordMetaDataIndex;
import org.datavec.api.records.reader.BaseRecordReader;
import org.datavec.api.split.InputSplit;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Reads instruction files for DataVec, in the forms that {@link TextExamples} knows: one record
 * {@code [id, instruction, input, output]} of {@link Text} for each example, all files of the input
 * split one after the other. Earlier turns of a conversation have no column; {@link #examples()}
 * gives them.
 *
 * <pre>{@code
 * RecordReader reader = new TextRecordReader();
 * reader.initialize(new FileSplit(new File("train"), new String[] {"json", "jsonl"}));
 * }</pre>
 */
public class TextRecordReader extends BaseRecordReader {

    private static final long serialVersionUID = 1;

    private transient Configuration configuration;
    private List<TextExample> examples = List.of();
    private List<URI> sources = List.of();
    private int next;

    /**
     * Reads the files.
     *
     * @throws org.dl4jplugins.core.io.MalformedFileException if an entry of a file is no example,
     *     or a file has none
     * @throws IllegalArgumentException if there is no file
     */
    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        inputSplit = split;
        List<TextExample> read = new ArrayList<>();
        List<URI> from = new ArrayList<>();
        for (URI location : split.locations()) {
            List<TextExample> file = read(location);
            read.addAll(file);
            file.forEach(example -> from.add(location));
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("The input split has no files");
        }
        examples = List.copyOf(read);
        sources = List.copyOf(from);
        next = 0;
    }

    private static List<TextExample> read(URI location) throws IOException {
        if ("file".equals(location.getScheme())) {
            return TextExamples.read(Path.of(location));
        }
        try (InputStream in = location.toURL().openStream()) {
            return TextExamples.read(in, location.toString());
        }
    }

    /** As {@link #initialize(InputSplit)}; no configuration value is used. */
    @Override
    public void initialize(Configuration conf, InputSplit split)
            throws IOException, InterruptedException {
        setConf(conf);
        initialize(split);
    }

    /** All examples that were read, in order. */
    public List<TextExample> examples() {
        return examples;
    }

    @Override
    public boolean hasNext() {
        return next < examples.size();
    }

    @Override
    public List<Writable> next() {
        if (!hasNext()) {
            throw new NoSuchElementException(
                    examples.isEmpty()
                            ? "initialize(InputSplit) was not called"
                            : "No more records");
        }
        List<Writable> record = record(examples.get(next++));
        invokeListeners(record);
        return record;
    }

    private static List<Writable> record(TextExample example) {
        List<Writable> record = new ArrayList<>(4);
        record.add(new Text(example.id()));
        record.add(new Text(example.instruction()));
        record.add(new Text(example.input()));
        record.add(new Text(example.output()));
        return record;
    }

    @Override
    public Record nextRecord() {
        int index = next;
        List<Writable> record = next();
        return new org.datavec.api.records.impl.Record(
                record, new RecordMetaDataIndex(index, sources.get(index), TextRecordReader.class));
    }

    /**
     * Reads one example again.
     *
     * @throws IllegalArgumentException if the record is not of this reader
     */
    @Override
    public Record loadFromMetaData(RecordMetaData metaData) throws IOException {
        if (!(metaData instanceof RecordMetaDataIndex index)) {
            throw new IllegalArgumentException(
                    "Expected RecordMetaDataIndex, got " + metaData.getClass().getName());
        }
        if (index.getIndex() < 0 || index.getIndex() >= examples.size()) {
            throw new IllegalArgumentException(
                    "No record "
                            + index.getIndex()
                            + " in this reader, it has "
                            + examples.size()
                            + " records");
        }
        return new org.datavec.api.records.impl.Record(
                record(examples.get((int) index.getIndex())), metaData);
    }

    @Override
    public List<Record> loadFromMetaData(List<RecordMetaData> metaData) throws IOException {
        List<Record> records = new ArrayList<>(metaData.size());
        for (RecordMetaData one : metaData) {
            records.add(loadFromMetaData(one));
        }
        return records;
    }

    /**
     * Not supported: a file holds many records.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public List<Writable> record(URI uri, DataInputStream dataInputStream) {
        throw new UnsupportedOperationException(
                "A file holds many records: use initialize(InputSplit)");
    }

    /** The different outputs, sorted: the classes of a classification. */
    @Override
    public List<String> getLabels() {
        return examples.stream().map(TextExample::output).distinct().sorted().toList();
    }

    @Override
    public void reset() {
        next = 0;
    }

    @Override
    public boolean resetSupported() {
        return true;
    }

    @Override
    public void close() {}

    @Override
    public void setConf(Configuration conf) {
        configuration = conf;
    }

    @Override
    public Configuration getConf() {
        return configuration;
    }
}
