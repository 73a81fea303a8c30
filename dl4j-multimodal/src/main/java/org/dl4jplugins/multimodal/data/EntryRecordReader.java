package org.dl4jplugins.multimodal.data;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import org.datavec.api.writable.Writable;

/**
 * Reads files whose entries become records when they are asked for.
 *
 * @param <E> an entry
 */
abstract class EntryRecordReader<E> extends BaseRecordReader {
    private transient Configuration configuration;
    private transient List<E> entries = List.of();
    private transient List<URI> sources = List.of();
    private int next;

    /** The entries of one file. */
    abstract List<E> entries(Path file) throws IOException;

    /** The record of an entry. */
    abstract List<Writable> record(E entry) throws IOException;

    /**
     * Reads the files of entries, not yet the pictures.
     *
     * @throws org.dl4jplugins.core.io.MalformedFileException naming file and entry
     * @throws IllegalArgumentException if there is no file, or a location is not a file
     */
    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        inputSplit = split;
        List<E> read = new ArrayList<>();
        List<URI> from = new ArrayList<>();
        for (URI location : split.locations()) {
            Ensure.that("file".equals(location.getScheme()), "location", location, "a local file");
            for (E entry : entries(Path.of(location))) {
                read.add(entry);
                from.add(location);
            }
        }
        Ensure.that(!read.isEmpty(), "input split", "no files", "one file or more");
        entries = List.copyOf(read);
        sources = List.copyOf(from);
        next = 0;
    }

    /** As {@link #initialize(InputSplit)}; no configuration value is used. */
    @Override
    public void initialize(Configuration conf, InputSplit split)
            throws IOException, InterruptedException {
        setConf(conf);
        initialize(split);
    }

    final List<E> all() {
        return entries;
    }

    @Override
    public boolean hasNext() {
        return next < entries.size();
    }

    /**
     * The next record.
     *
     * @throws UncheckedIOException naming the file if a picture cannot be read
     */
    @Override
    public List<Writable> next() {
        if (!hasNext()) {
            throw new NoSuchElementException(
                    entries.isEmpty()
                            ? "initialize(InputSplit) was not called"
                            : "No more records");
        }
        try {
            List<Writable> record = record(entries.get(next++));
            invokeListeners(record);
            return record;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    @Override
    public Record nextRecord() {
        int index = next;
        List<Writable> record = next();
        return new org.datavec.api.records.impl.Record(
                record, new RecordMetaDataIndex(index, sources.get(index), getClass()));
    }

    @Override
    public Record loadFromMetaData(RecordMetaData metaData) throws IOException {
        if (!(metaData instanceof RecordMetaDataIndex index)) {
            throw new IllegalArgumentException(
                    "Expected RecordMetaDataIndex, got " + metaData.getClass().getName());
        }
        Ensure.that(
                index.getIndex() >= 0 && index.getIndex() < entries.size(),
                "index",
                index.getIndex(),
                "a record of this reader, which has " + entries.size());
        return new org.datavec.api.records.impl.Record(
                record(entries.get((int) index.getIndex())), metaData);
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

    /** No labels. */
    @Override
    public List<String> getLabels() {
        return null;
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
