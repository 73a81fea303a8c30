package org.dl4jplugins.mtl.task;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Builds the batch of a multi-output graph from batches of single tasks: labels of absent tasks are
 * zeros and masked, never null.
 */
final class TaskBatches {

    private TaskBatches() {}

    /**
     * @param batches per task its batch, or null where the task is absent; at least one is there
     */
    static MultiDataSet join(List<TaskSource> tasks, List<MultiDataSet> batches) {
        List<MultiDataSet> parts = new ArrayList<>();
        List<Integer> owners = new ArrayList<>();
        for (int t = 0; t < batches.size(); t++) {
            if (batches.get(t) != null) {
                parts.add(batches.get(t));
                owners.add(t);
            }
        }
        INDArray[] labels = new INDArray[tasks.size()];
        INDArray[] masks = new INDArray[tasks.size()];
        for (int t = 0; t < labels.length; t++) {
            labels(tasks.get(t), t, parts, owners, labels, masks);
        }
        check(tasks, parts, owners);
        int inputs = parts.get(0).numFeatureArrays();
        INDArray[] features = new INDArray[inputs];
        INDArray[] featureMasks = new INDArray[inputs];
        boolean masked = false;
        for (int i = 0; i < inputs; i++) {
            features[i] = concat(parts, i);
            featureMasks[i] = featureMask(parts, i);
            masked |= featureMasks[i] != null;
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                features, labels, masked ? featureMasks : null, masks);
    }

    private static void labels(
            TaskSource task,
            int index,
            List<MultiDataSet> parts,
            List<Integer> owners,
            INDArray[] labels,
            INDArray[] masks) {
        List<INDArray> l = new ArrayList<>();
        List<INDArray> m = new ArrayList<>();
        boolean needed = false;
        for (int p = 0; p < parts.size(); p++) {
            MultiDataSet part = parts.get(p);
            if (owners.get(p) == index) {
                l.add(part.getLabels(0));
                INDArray given = part.getLabelsMaskArray(0);
                needed |= given != null;
                m.add(given == null ? ones(part.getLabels(0)) : given);
            } else {
                INDArray features = part.getFeatures(0);
                long[] shape = task.labelShape(features.size(0), features);
                DataType type = task.template().dataType();
                l.add(Nd4j.zeros(type, shape));
                m.add(Nd4j.zeros(DataType.FLOAT, maskShape(shape)));
                needed = true;
            }
        }
        labels[index] = l.size() == 1 ? l.get(0) : Nd4j.concat(0, l.toArray(new INDArray[0]));
        masks[index] = needed ? mask(task, m) : null;
    }

    private static INDArray mask(TaskSource task, List<INDArray> parts) {
        long[] first = parts.get(0).shape();
        for (int i = 0; i < parts.size(); i++) {
            INDArray m = parts.get(i);
            if (parts.size() > 1) {
                parts.set(i, m.castTo(DataType.FLOAT));
            }
            if (m.rank() != first.length || !sameButBatch(m.shape(), first)) {
                throw new IllegalArgumentException(
                        "Task \""
                                + task.name()
                                + "\": a label mask of shape "
                                + Arrays.toString(m.shape())
                                + " cannot be put together with the mask "
                                + Arrays.toString(first)
                                + " of the other tasks' examples; use one value per example ([batch,"
                                + " 1]), per time step ([batch, time]) or per pixel ([batch, 1,"
                                + " height, width])");
            }
        }
        return parts.size() == 1 ? parts.get(0) : Nd4j.concat(0, parts.toArray(new INDArray[0]));
    }

    private static INDArray ones(INDArray labels) {
        return Nd4j.ones(DataType.FLOAT, maskShape(labels.shape()));
    }

    /** One mask value per example, time step [batch, time] or pixel [batch, 1, height, width]. */
    private static long[] maskShape(long[] labels) {
        return switch (labels.length) {
            case 3 -> new long[] {labels[0], labels[2]};
            case 4 -> new long[] {labels[0], 1, labels[2], labels[3]};
            case 5 -> new long[] {labels[0], 1, labels[2], labels[3], labels[4]};
            default -> new long[] {labels[0], 1};
        };
    }

    private static boolean sameButBatch(long[] a, long[] b) {
        return Arrays.equals(a, 1, a.length, b, 1, b.length);
    }

    private static void check(
            List<TaskSource> tasks, List<MultiDataSet> parts, List<Integer> owners) {
        MultiDataSet first = parts.get(0);
        for (int p = 1; p < parts.size(); p++) {
            MultiDataSet part = parts.get(p);
            boolean fits = part.numFeatureArrays() == first.numFeatureArrays();
            for (int i = 0; fits && i < first.numFeatureArrays(); i++) {
                fits = sameButBatch(part.getFeatures(i).shape(), first.getFeatures(i).shape());
            }
            if (!fits) {
                throw new IllegalArgumentException(
                        "Tasks \""
                                + tasks.get(owners.get(0)).name()
                                + "\" and \""
                                + tasks.get(owners.get(p)).name()
                                + "\" cannot share a batch: their features have the shapes "
                                + shapes(first)
                                + " and "
                                + shapes(part));
            }
        }
    }

    private static String shapes(MultiDataSet d) {
        return Arrays.stream(d.getFeatures()).map(f -> Arrays.toString(f.shape())).toList() + "";
    }

    private static INDArray concat(List<MultiDataSet> parts, int input) {
        return parts.size() == 1
                ? parts.get(0).getFeatures(input)
                : Nd4j.concat(
                        0, parts.stream().map(p -> p.getFeatures(input)).toArray(INDArray[]::new));
    }

    private static INDArray featureMask(List<MultiDataSet> parts, int input) {
        if (parts.stream().allMatch(p -> p.getFeaturesMaskArray(input) == null)) {
            return null;
        }
        INDArray[] masks = new INDArray[parts.size()];
        for (int p = 0; p < masks.length; p++) {
            INDArray given = parts.get(p).getFeaturesMaskArray(input);
            INDArray mask = given == null ? ones(parts.get(p).getFeatures(input)) : given;
            masks[p] = masks.length == 1 ? mask : mask.castTo(DataType.FLOAT);
        }
        return masks.length == 1 ? masks[0] : Nd4j.concat(0, masks);
    }
}
