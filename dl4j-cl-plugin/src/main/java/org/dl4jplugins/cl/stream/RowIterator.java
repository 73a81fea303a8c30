package org.dl4jplugins.cl.stream;

import java.util.Arrays;
import java.util.NoSuchElementException;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Rows of examples in memory, a batch at a time. */
final class RowIterator implements MultiDataSetIterator {

    private final MultiDataSet examples;
    private final int batch;
    private final int[] order;
    private int next;
    private MultiDataSetPreProcessor preProcessor;

    RowIterator(MultiDataSet examples, int batch, int[] order) {
        this.examples = examples;
        this.batch = batch;
        this.order = order;
    }

    @Override
    public MultiDataSet next() {
        return next(batch);
    }

    @Override
    public MultiDataSet next(int number) {
        if (!hasNext()) {
            throw new NoSuchElementException("All " + order.length + " examples were given");
        }
        int end = Math.min(order.length, next + number);
        MultiDataSet rows = Rows.of(examples, Arrays.copyOfRange(order, next, end));
        next = end;
        if (preProcessor != null) {
            preProcessor.preProcess(rows);
        }
        return rows;
    }

    @Override
    public boolean hasNext() {
        return next < order.length;
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
    public boolean asyncSupported() {
        return true;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        this.preProcessor = preProcessor;
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return preProcessor;
    }
}
