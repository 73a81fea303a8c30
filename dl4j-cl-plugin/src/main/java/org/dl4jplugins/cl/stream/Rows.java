package org.dl4jplugins.cl.stream;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Takes data sets apart into examples, and puts examples together. All results are copies. */
public final class Rows {

    private Rows() {}

    /**
     * Number of examples.
     *
     * @param data a data set
     */
    public static int count(MultiDataSet data) {
        return (int) data.getFeatures(0).size(0);
    }

    /**
     * Some examples of a data set, with their masks and meta data.
     *
     * @param data a data set
     * @param rows which, in the order wanted
     * @return a new data set
     */
    public static MultiDataSet of(MultiDataSet data, int... rows) {
        List<Serializable> all = data.getExampleMetaData();
        List<Serializable> meta = null;
        if (all != null) {
            meta = new ArrayList<>();
            for (int row : rows) {
                meta.add(all.get(row));
            }
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                take(data.getFeatures(), rows),
                take(data.getLabels(), rows),
                take(data.getFeaturesMaskArrays(), rows),
                take(data.getLabelsMaskArrays(), rows),
                meta);
    }

    /**
     * One data set after another. Arrays of different lengths are padded with zeros at the end,
     * masks too.
     *
     * @param parts data sets with the same inputs and outputs
     * @return a new data set
     * @throws IllegalArgumentException if there is none, numbers of arrays differ, or examples of
     *     different lengths have no masks
     */
    public static MultiDataSet concat(List<? extends MultiDataSet> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("There is nothing to put together");
        }
        List<Serializable> meta = new ArrayList<>();
        for (MultiDataSet part : parts) {
            List<Serializable> own = part.getExampleMetaData();
            meta = own == null || meta == null ? null : added(meta, own);
        }
        INDArray[] features = join(parts, MultiDataSet::getFeatures, null);
        INDArray[] labels = join(parts, MultiDataSet::getLabels, null);
        return new org.nd4j.linalg.dataset.MultiDataSet(
                features,
                labels,
                join(parts, MultiDataSet::getFeaturesMaskArrays, MultiDataSet::getFeatures),
                join(parts, MultiDataSet::getLabelsMaskArrays, MultiDataSet::getLabels),
                meta);
    }

    static void requireBatch(int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, got " + batch);
        }
    }

    private static List<Serializable> added(List<Serializable> list, List<Serializable> more) {
        list.addAll(more);
        return list;
    }

    private static INDArray[] take(INDArray[] arrays, int[] rows) {
        if (arrays == null) {
            return null;
        }
        return Arrays.stream(arrays).map(array -> take(array, rows)).toArray(INDArray[]::new);
    }

    private static INDArray take(INDArray array, int[] rows) {
        if (array == null) {
            return null;
        }
        if (array.rank() == 2 && !array.isView()) {
            return Nd4j.pullRows(array, 1, rows, 'c');
        }
        INDArray[] parts = new INDArray[rows.length];
        for (int i = 0; i < rows.length; i++) {
            parts[i] = array.get(index(array.rank(), NDArrayIndex.interval(rows[i], rows[i] + 1)));
        }
        return Nd4j.concat(0, parts);
    }

    private static INDArrayIndex[] index(int rank, INDArrayIndex first) {
        INDArrayIndex[] index = new INDArrayIndex[rank];
        Arrays.fill(index, NDArrayIndex.all());
        index[0] = first;
        return index;
    }

    private static INDArray[] join(
            List<? extends MultiDataSet> parts,
            Function<MultiDataSet, INDArray[]> kind,
            Function<MultiDataSet, INDArray[]> masked) {
        INDArray[] joined = null;
        for (int i = 0; i < parts.size(); i++) {
            INDArray[] arrays = kind.apply(parts.get(i));
            if (arrays != null && joined == null) {
                joined = new INDArray[arrays.length];
            }
            if (arrays != null && arrays.length != joined.length) {
                throw new IllegalArgumentException(
                        "Examples have " + arrays.length + " and " + joined.length + " arrays");
            }
        }
        if (joined == null) {
            int arrays = masked == null ? 0 : masked.apply(parts.get(0)).length;
            for (int a = 0; a < arrays; a++) {
                requireEqualLengths(parts, a, masked);
            }
            return null;
        }
        for (int a = 0; a < joined.length; a++) {
            List<INDArray> column = new ArrayList<>();
            for (MultiDataSet part : parts) {
                INDArray[] arrays = kind.apply(part);
                column.add(arrays == null ? null : arrays[a]);
            }
            joined[a] = join(column, parts, a, masked);
        }
        return joined;
    }

    private static INDArray join(
            List<INDArray> column,
            List<? extends MultiDataSet> parts,
            int a,
            Function<MultiDataSet, INDArray[]> masked) {
        INDArray first = column.stream().filter(Objects::nonNull).findFirst().orElse(null);
        if (first == null) {
            requireEqualLengths(parts, a, masked);
            return null;
        }
        long[] shape = first.shape().clone();
        for (INDArray array : column) {
            for (int d = 1; array != null && d < shape.length; d++) {
                shape[d] = Math.max(shape[d], array.size(d));
            }
        }
        INDArray[] padded = new INDArray[column.size()];
        for (int i = 0; i < padded.length; i++) {
            INDArray array = column.get(i);
            shape[0] = array != null ? array.size(0) : count(parts.get(i));
            if (array == null) {
                requireEqualLengths(parts, a, masked);
                padded[i] = Nd4j.ones(first.dataType(), shape);
            } else {
                padded[i] = padded(array, shape);
            }
        }
        return Nd4j.concat(0, padded);
    }

    private static void requireEqualLengths(
            List<? extends MultiDataSet> parts, int a, Function<MultiDataSet, INDArray[]> masked) {
        if (masked == null) {
            return;
        }
        long[] expected = null;
        for (MultiDataSet part : parts) {
            long[] shape = masked.apply(part)[a].shape().clone();
            shape[0] = 0;
            if (expected != null && !Arrays.equals(expected, shape)) {
                throw new IllegalArgumentException(
                        "Examples of different lengths need masks: array " + a);
            }
            expected = shape;
        }
    }

    private static INDArray padded(INDArray array, long[] shape) {
        if (Arrays.equals(array.shape(), shape)) {
            return array;
        }
        INDArray room = Nd4j.zeros(array.dataType(), shape);
        INDArrayIndex[] index = new INDArrayIndex[shape.length];
        for (int d = 0; d < shape.length; d++) {
            index[d] = NDArrayIndex.interval(0, array.size(d));
        }
        room.put(index, array);
        return room;
    }
}
