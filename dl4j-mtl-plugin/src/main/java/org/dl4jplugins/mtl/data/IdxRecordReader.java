package org.dl4jplugins.mtl.data;

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
import org.datavec.api.writable.IntWritable;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Writable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Reads one or more IDX files side by side: record i holds item i of every file, in the order of
 * the input split. A file of numbers (one axis, such as labels) gives an {@code IntWritable}, a
 * file of arrays an {@code NDArrayWritable}: [1, 1, height, width] for pictures (three axes),
 * otherwise [1, further axes]. That is what DL4J's {@code RecordReaderMultiDataSetIterator} and
 * {@code RecordReaderDataSetIterator} take:
 *
 * <pre>{@code
 * RecordReader reader = new IdxRecordReader(1 / 255.0);
 * reader.initialize(new CollectionInputSplit(List.of(images.toUri(), labels.toUri())));
 * MultiDataSetIterator data = new RecordReaderMultiDataSetIterator.Builder(64)
 *         .addReader("mnist", reader).addInput("mnist", 0, 0).addOutputOneHot("mnist", 1, 10).build();
 * }</pre>
 */
public class IdxRecordReader extends BaseRecordReader {

    private final double scale;
    private transient Configuration configuration;
    private List<IdxArray> arrays = List.of();
    private int next;

    /** Values of arrays as stored, 0 to 255. */
    public IdxRecordReader() {
        this(1);
    }

    /**
     * @param scale factor for the values of arrays (not for numbers); 1/255.0 gives [0, 1]
     */
    public IdxRecordReader(double scale) {
        if (!Double.isFinite(scale) || scale == 0) {
            throw new IllegalArgumentException(
                    "scale must be a finite number other than 0, got " + scale);
        }
        this.scale = scale;
    }

    /**
     * Reads the files.
     *
     * @throws MalformedFileException if a file is not what its header claims
     * @throws IllegalArgumentException if there is no file, or the files have different numbers of
     *     items
     */
    @Override
    public void initialize(InputSplit split) throws IOException, InterruptedException {
        inputSplit = split;
        List<IdxArray> read = new ArrayList<>();
        for (URI location : split.locations()) {
            read.add(read(location));
        }
        if (read.isEmpty()) {
            throw new IllegalArgumentException("The input split has no files");
        }
        for (IdxArray array : read) {
            if (array.items() != read.get(0).items()) {
                throw new IllegalArgumentException(
                        "Mismatched example counts: "
                                + read.get(0).name()
                                + " has "
                                + read.get(0).items()
                                + " items, "
                                + array.name()
                                + " has "
                                + array.items()
                                + " items");
            }
        }
        arrays = List.copyOf(read);
        next = 0;
    }

    private static IdxArray read(URI location) throws IOException {
        if ("file".equals(location.getScheme())) {
            return IdxArray.read(Path.of(location));
        }
        try (InputStream in = location.toURL().openStream()) {
            return IdxArray.read(in, location.toString());
        }
    }

    /** As {@link #initialize(InputSplit)}; no configuration value is used. */
    @Override
    public void initialize(Configuration conf, InputSplit split)
            throws IOException, InterruptedException {
        setConf(conf);
        initialize(split);
    }

    @Override
    public boolean hasNext() {
        return !arrays.isEmpty() && next < arrays.get(0).items();
    }

    @Override
    public List<Writable> next() {
        if (!hasNext()) {
            throw new NoSuchElementException(
                    arrays.isEmpty() ? "initialize(InputSplit) was not called" : "No more records");
        }
        List<Writable> record = record(next++);
        invokeListeners(record);
        return record;
    }

    private List<Writable> record(int item) {
        List<Writable> record = new ArrayList<>(arrays.size());
        for (IdxArray array : arrays) {
            record.add(
                    array.rank() == 1
                            ? new IntWritable(array.value(item, 0))
                            : new NDArrayWritable(picture(array, item)));
        }
        return record;
    }

    private INDArray picture(IdxArray array, int item) {
        float[] values = new float[array.itemLength()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (array.value(item, i) * scale);
        }
        int[] shape = array.shape();
        boolean gray = shape.length == 3;
        long[] target = new long[gray ? 4 : shape.length];
        target[0] = 1;
        target[1] = 1;
        for (int axis = 1; axis < shape.length; axis++) {
            target[gray ? axis + 1 : axis] = shape[axis];
        }
        return Nd4j.createFromArray(values).reshape('c', target);
    }

    @Override
    public Record nextRecord() {
        RecordMetaData metaData = metaData(next);
        return new org.datavec.api.records.impl.Record(next(), metaData);
    }

    private RecordMetaData metaData(int item) {
        return new RecordMetaDataIndex(item, inputSplit.locations()[0], IdxRecordReader.class);
    }

    @Override
    public Record loadFromMetaData(RecordMetaData metaData) throws IOException {
        if (!(metaData instanceof RecordMetaDataIndex index)) {
            throw new IllegalArgumentException(
                    "Expected RecordMetaDataIndex, got " + metaData.getClass().getName());
        }
        if (arrays.isEmpty() || index.getIndex() < 0 || index.getIndex() >= arrays.get(0).items()) {
            throw new IllegalArgumentException("No record " + index.getIndex() + " in this reader");
        }
        return new org.datavec.api.records.impl.Record(record((int) index.getIndex()), metaData);
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
     * Not supported: a record spans several files.
     *
     * @throws UnsupportedOperationException always
     */
    @Override
    public List<Writable> record(URI uri, DataInputStream dataInputStream) {
        throw new UnsupportedOperationException(
                "An IDX record spans several files: use initialize(InputSplit)");
    }

    /** No names: labels are numbers in the records. */
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
