package org.dl4jplugins.cl.memory;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.dl4jplugins.cl.stream.Rows;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One kept example.
 *
 * @param task index of its task
 * @param label its class: the index of the largest label if labels are [batch, classes], else the
 *     text of its meta data, else empty
 * @param data the example, a batch of one
 * @param logits [1, classes] outputs of a model before the activation at some time, null if none
 *     were kept
 */
public record Example(int task, String label, MultiDataSet data, INDArray logits) {

    /** A copy of one row of a batch. */
    static Example of(MultiDataSet batch, int row, int task) {
        MultiDataSet one = Rows.of(batch, row);
        return new Example(task, labels(one).get(0), one, null);
    }

    /** The classes of all examples of a batch. */
    static List<String> labels(MultiDataSet batch) {
        List<Serializable> meta = batch.getExampleMetaData();
        if (meta != null) {
            return meta.stream().map(Object::toString).toList();
        }
        INDArray labels = batch.getLabels(0);
        if (labels.rank() == 2 && labels.size(1) > 1) {
            long[] classes = Nd4j.argMax(labels, 1).toLongVector();
            return LongStream.of(classes).mapToObj(Long::toString).toList();
        }
        return Collections.nCopies((int) labels.size(0), "");
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(task);
        out.writeUTF(label);
        List<Serializable> meta = data.getExampleMetaData();
        out.writeBoolean(meta != null);
        if (meta != null) {
            out.writeUTF(meta.get(0).toString());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        data.save(bytes);
        out.writeInt(bytes.size());
        bytes.writeTo(out);
        out.writeBoolean(logits != null);
        if (logits != null) {
            Nd4j.write(logits, out);
        }
    }

    static Example read(DataInputStream in) throws IOException {
        int task = in.readInt();
        String label = in.readUTF();
        List<String> meta = in.readBoolean() ? List.of(in.readUTF()) : null;
        MultiDataSet data = new org.nd4j.linalg.dataset.MultiDataSet();
        data.load(new ByteArrayInputStream(in.readNBytes(in.readInt())));
        data.setExampleMetaData(meta);
        return new Example(task, label, data, in.readBoolean() ? Nd4j.read(in) : null);
    }
}
