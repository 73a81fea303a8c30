package org.dl4jplugins.mtl.task;

import java.io.Serializable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/** One task's iterator, with the shape of its labels. */
final class TaskSource implements Serializable {

    private static final long serialVersionUID = 1;

    private final String name;
    private final MultiDataSetIterator iterator;
    private transient MultiDataSet ahead;
    private transient INDArray template;
    private transient boolean likeFeatures;
    private boolean seenWhole;
    private boolean started;

    TaskSource(String name, MultiDataSetIterator iterator) {
        this.name = name;
        this.iterator = iterator;
    }

    String name() {
        return name;
    }

    MultiDataSetIterator iterator() {
        return iterator;
    }

    boolean hasNext() {
        return ahead != null || iterator.hasNext();
    }

    /** Whether the data has been given to its end since the epoch began. */
    boolean seenWhole() {
        return seenWhole;
    }

    /** Whether a batch has been taken from the iterator since its last reset. */
    boolean started() {
        return started;
    }

    void reset() {
        restart();
        seenWhole = false;
    }

    private void restart() {
        ahead = null;
        iterator.reset();
        started = false;
    }

    /** The next batch, from the start again if the data has ended. */
    MultiDataSet next() {
        if (!hasNext()) {
            restart();
            if (!iterator.hasNext()) {
                throw new IllegalStateException("Task \"" + name + "\" has no data");
            }
        }
        MultiDataSet batch = peek();
        ahead = null;
        seenWhole |= !iterator.hasNext();
        return batch;
    }

    private MultiDataSet peek() {
        if (ahead == null) {
            ahead = iterator.next();
            started = true;
            check(ahead);
            INDArray labels = ahead.getLabels(0);
            if (template == null) {
                template = labels.detach();
                INDArray features = ahead.getFeatures(0);
                likeFeatures =
                        labels.rank() == 3
                                && features.rank() == 3
                                && labels.size(2) == features.size(2);
            }
        }
        return ahead;
    }

    /** Outside workspaces, as the batch is handed out at a later step. */
    @SuppressWarnings("try")
    private void peekAhead() {
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            peek();
        }
    }

    private void check(MultiDataSet batch) {
        if (batch.numLabelsArrays() != 1 || batch.getLabels(0) == null) {
            throw new IllegalArgumentException(
                    "Task \""
                            + name
                            + "\": its iterator must give one label array, but gave "
                            + batch.numLabelsArrays());
        }
        long examples = batch.getLabels(0).size(0);
        for (INDArray f : batch.getFeatures()) {
            if (f.size(0) != examples) {
                throw new IllegalArgumentException(
                        "Task \""
                                + name
                                + "\": features have "
                                + f.size(0)
                                + " examples, labels "
                                + examples);
            }
        }
    }

    /** The shape of labels for a number of examples that go with the given features. */
    long[] labelShape(long examples, INDArray features) {
        if (template == null) {
            if (!hasNext()) {
                throw new IllegalStateException("Task \"" + name + "\" has no data");
            }
            peekAhead();
        }
        long[] shape = template.shape().clone();
        shape[0] = examples;
        if (likeFeatures && features.rank() == 3) {
            shape[2] = features.size(2);
        }
        return shape;
    }

    INDArray template() {
        return template;
    }

    long countBatches() {
        long n = 0;
        for (; iterator.hasNext(); n++) {
            iterator.next();
        }
        restart();
        if (n == 0) {
            throw new IllegalStateException("Task \"" + name + "\" has no data");
        }
        return n;
    }
}
