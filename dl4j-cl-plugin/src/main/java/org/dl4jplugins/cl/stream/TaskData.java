package org.dl4jplugins.cl.stream;

import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.util.MathArrays;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Batches of one part (training, validation or test) of a task. The same epoch always gives the
 * same batches, or a training cannot go on from a checkpoint bit by bit.
 */
@FunctionalInterface
public interface TaskData {

    /**
     * Starts a pass over the data.
     *
     * @param epoch number of the pass, from 0, which may decide the order
     * @return an iterator at its beginning
     */
    MultiDataSetIterator open(int epoch);

    /**
     * Data of a supplier, in the same order in every pass.
     *
     * @param iterator gives an iterator, a new one or always the same, which is then reset
     */
    static TaskData of(Supplier<? extends MultiDataSetIterator> iterator) {
        return epoch -> {
            MultiDataSetIterator opened = iterator.get();
            if (opened.resetSupported()) {
                opened.reset();
            }
            return opened;
        };
    }

    /**
     * The same for data sets with one input and one output.
     *
     * @param iterator gives an iterator, a new one or always the same, which is then reset
     */
    static TaskData ofDataSets(Supplier<? extends DataSetIterator> iterator) {
        return of(() -> new MultiDataSetIteratorAdapter(iterator.get()));
    }

    /**
     * Examples in memory, in their order.
     *
     * @param examples all of them
     * @param batch examples per batch; the last may have fewer
     * @throws IllegalArgumentException if batch is below 1
     */
    static TaskData inOrder(MultiDataSet examples, int batch) {
        Rows.requireBatch(batch);
        return epoch ->
                new RowIterator(
                        examples, batch, IntStream.range(0, Rows.count(examples)).toArray());
    }

    /**
     * Examples in memory, in another order in every pass.
     *
     * @param examples all of them
     * @param batch examples per batch; the last may have fewer
     * @param seed decides the orders, with the number of the pass
     * @throws IllegalArgumentException if batch is below 1
     */
    static TaskData shuffled(MultiDataSet examples, int batch, long seed) {
        Rows.requireBatch(batch);
        return epoch -> {
            int[] order = IntStream.range(0, Rows.count(examples)).toArray();
            MathArrays.shuffle(order, new MersenneTwister(seed * 31 + epoch));
            return new RowIterator(examples, batch, order);
        };
    }
}
