package org.dl4jplugins.align.preference;

import java.nio.IntBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.DisabledAdapters;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraInit;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.transformer.TokenTargets;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Pairs of answers with the reference model's opinion: to the labels [rows, time] of a {@link
 * org.dl4jplugins.align.data.PreferenceIterator} a column is appended, the reference's log
 * probability of the row's answer, summed over the tokens that the label mask marks.
 *
 * <p>The reference runs once for each row: its result is kept (some 16 bytes for each token), so
 * that later epochs cost nothing. Batches are made where {@code fit} asks for them, not in another
 * thread, as the reference may be the graph that learns.
 */
public final class ReferenceIterator implements MultiDataSetIterator {
    private final MultiDataSetIterator pairs;
    private final ComputationGraph reference;
    private final boolean adaptersOff;
    private final Map<IntBuffer, Double> known = new HashMap<>();

    private ReferenceIterator(
            MultiDataSetIterator pairs, ComputationGraph reference, boolean adaptersOff) {
        this.pairs = Objects.requireNonNull(pairs, "pairs");
        this.reference = Objects.requireNonNull(reference, "reference");
        this.adaptersOff = adaptersOff;
        int outputs = reference.getNumOutputArrays();
        if (outputs != 1) {
            throw new IllegalArgumentException(
                    "reference must have the logits as its only output, got " + outputs);
        }
    }

    /**
     * The reference is the graph itself, its adapters switched off.
     *
     * @param pairs batches of one label array [rows, time] with a label mask
     * @param lora a graph with adapters, be it the one that learns
     * @return a new iterator
     * @throws IllegalArgumentException if the graph has no adapters, or is not the original model
     *     without them: something else learns too, or PiSSA replaced weights; use {@link #of} with
     *     the original then
     */
    public static ReferenceIterator adaptersOff(MultiDataSetIterator pairs, ComputationGraph lora) {
        Adapters.of(lora);
        for (Layer layer : lora.getLayers()) {
            requireFrozen(layer);
        }
        return new ReferenceIterator(pairs, lora, true);
    }

    /**
     * The reference is a graph as it is; it must not be the one that learns.
     *
     * @param pairs batches of one label array [rows, time] with a label mask
     * @param reference whose only output is the logits [rows, time, vocabulary]
     * @return a new iterator
     * @throws IllegalArgumentException if the reference has several outputs
     */
    public static ReferenceIterator of(MultiDataSetIterator pairs, ComputationGraph reference) {
        return new ReferenceIterator(pairs, reference, false);
    }

    private static void requireFrozen(Layer layer) {
        var conf = layer.conf().getLayer();
        boolean frozen = layer.numParams() == 0;
        if (conf instanceof LoraLayer lora) {
            frozen =
                    lora.getTrained().isEmpty()
                            && lora.getIncrements().stream()
                                    .map(LoraIncrement::getInit)
                                    .noneMatch(LoraInit.PISSA::equals);
        }
        if (!frozen) {
            throw new IllegalArgumentException(
                    "Without adapters the graph must be the original model, but layer \""
                            + conf.getLayerName()
                            + "\" has weights that learn or that PiSSA replaced; use"
                            + " ReferenceIterator.of(pairs, originalGraph)");
        }
    }

    @Override
    public MultiDataSet next() {
        return judge(pairs.next());
    }

    @Override
    public MultiDataSet next(int num) {
        return judge(pairs.next(num));
    }

    private MultiDataSet judge(MultiDataSet batch) {
        INDArray labels = batch.getLabels(0);
        if (batch.numLabelsArrays() != 1 || batch.getLabelsMaskArray(0) == null) {
            throw new IllegalArgumentException(
                    "pairs must have one label array [rows, time] and its mask, got "
                            + batch.numLabelsArrays()
                            + " label arrays"
                            + (batch.numLabelsArrays() == 1 ? " without mask" : ""));
        }
        List<IntBuffer> rows = RowKeys.of(batch);
        if (!known.keySet().containsAll(rows)) {
            double[] probabilities = run(batch);
            for (int row = 0; row < probabilities.length; row++) {
                known.putIfAbsent(rows.get(row), probabilities[row]);
            }
        }
        double[] column = rows.stream().mapToDouble(known::get).toArray();
        INDArray opinion =
                Nd4j.createFromArray(column).castTo(labels.dataType()).reshape(column.length, 1);
        return new org.nd4j.linalg.dataset.MultiDataSet(
                batch.getFeatures(),
                new INDArray[] {Nd4j.concat(1, labels, opinion)},
                batch.getFeaturesMaskArrays(),
                batch.getLabelsMaskArrays());
    }

    private double[] run(MultiDataSet batch) {
        INDArray logits = adaptersOff ? logitsOfBase(batch) : logits(batch);
        INDArray mask = batch.getLabelsMaskArray(0);
        TokenTargets targets =
                AnswerPairs.answers(logits, batch.getLabels(0), mask, "ReferenceIterator");
        return AnswerProbabilities.log(logits, targets, null);
    }

    private INDArray logitsOfBase(MultiDataSet batch) {
        DisabledAdapters off = Adapters.of(reference).disable();
        try {
            return logits(batch);
        } finally {
            off.close();
        }
    }

    private INDArray logits(MultiDataSet batch) {
        reference.clear();
        reference.setLabels((INDArray[]) null);
        INDArray[] output =
                reference.output(false, batch.getFeatures(), batch.getFeaturesMaskArrays(), null);
        reference.clearLayerMaskArrays();
        return output[0].dup('c');
    }

    @Override
    public boolean hasNext() {
        return pairs.hasNext();
    }

    @Override
    public void reset() {
        pairs.reset();
    }

    @Override
    public boolean resetSupported() {
        return pairs.resetSupported();
    }

    /** No: the reference may be the graph that learns. */
    @Override
    public boolean asyncSupported() {
        return false;
    }

    @Override
    public void setPreProcessor(MultiDataSetPreProcessor preProcessor) {
        pairs.setPreProcessor(preProcessor);
    }

    @Override
    public MultiDataSetPreProcessor getPreProcessor() {
        return pairs.getPreProcessor();
    }
}
