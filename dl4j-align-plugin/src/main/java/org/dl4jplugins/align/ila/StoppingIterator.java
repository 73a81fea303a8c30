package org.dl4jplugins.align.ila;

import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Batches of another iterator until a condition holds. */
final class StoppingIterator implements MultiDataSetIterator {

    private static final long serialVersionUID = 1L;

    private final MultiDataSetIterator data;
    private final transient BooleanSupplier stopped;

    StoppingIterator(MultiDataSetIterator data, BooleanSupplier stopped) {
        this.data = data;
        this.stopped = stopped;
    }

    @Override
    public boolean hasNext() {
        return !stopped.getAsBoolean() && data.hasNext();
    }

    @Override
    public MultiDataSet next() {
        return next(0);
    }

    @Override
    public MultiDataSet next(int batch) {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return batch > 0 ? data.next(batch) : data.next();
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        data.setPreProcessor(preProcessor);
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return data.getPreProcessor();
    }

    @Override
    public boolean resetSupported() {
        return data.resetSupported();
    }

    /** A batch read ahead would be trained on after the end. */
    @Override
    public boolean asyncSupported() {
        return false;
    }

    @Override
    public void reset() {
        data.reset();
    }
}
