package org.dl4jplugins.align.transformer;

import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * A loss on logits [batch, time, vocabulary] without parameters, in a graph; its output is the
 * logits. The backward pass leaves the loss for {@code computeScore}, which follows it in training.
 *
 * @param <C> the layer's settings
 */
public abstract class LossRuntime<C extends org.deeplearning4j.nn.conf.layers.Layer>
        extends AbstractLayer<C> implements IOutputLayer {
    private static final long serialVersionUID = 1L;

    private transient INDArray labels;
    private transient INDArray maskOfLoss;
    private double loss = Double.NaN;
    private double score;

    /**
     * Creates a layer without a batch.
     *
     * @param conf its settings
     * @param dataType of the network
     */
    protected LossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /**
     * The loss of the batch that was set, without regularization.
     *
     * @param workspaceMgr for working memory of the forward pass
     * @return the loss
     */
    protected abstract double loss(LayerWorkspaceMgr workspaceMgr);

    /**
     * Keeps the batch's loss, so that it need not be computed again.
     *
     * @param loss of the batch that was set, without regularization
     */
    protected final void keep(double loss) {
        this.loss = loss;
        maskOfLoss = maskArray;
    }

    /**
     * The logits, in the network's type.
     *
     * @param workspaceMgr for a copy where one is needed
     * @param type of the copy
     * @return [batch, time, vocabulary] or [batch, classes], dense in 'c' order
     */
    protected final INDArray logits(LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return LastAxis.dense(input, dataType, workspaceMgr, type);
    }

    /**
     * Checks that there are logits and labels.
     *
     * @return what error messages call the layer
     * @throws IllegalStateException if there are none
     */
    protected final String requireBatch() {
        String id = "Layer \"" + layerConf().getLayerName() + "\"";
        if (input == null || labels == null) {
            throw new IllegalStateException(
                    id + ": " + (input == null ? "input" : "labels") + " not set");
        }
        return id;
    }

    /** The logits as they are. */
    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
    }

    @Override
    public double computeScore(
            double fullNetworkRegScore, boolean training, LayerWorkspaceMgr workspaceMgr) {
        boolean known = !Double.isNaN(loss) && (maskArray == null || maskArray == maskOfLoss);
        if (!known) {
            keep(loss(workspaceMgr));
        }
        score = loss + fullNetworkRegScore;
        return score;
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        super.setInput(input, workspaceMgr);
        loss = Double.NaN;
    }

    @Override
    public void setLabels(INDArray labels) {
        if (labels != this.labels) {
            loss = Double.NaN;
        }
        this.labels = labels;
    }

    @Override
    public INDArray getLabels() {
        return labels;
    }

    @Override
    public boolean needsLabels() {
        return true;
    }

    @Override
    public double score() {
        return score;
    }

    @Override
    public void clear() {
        super.clear();
        labels = null;
        maskOfLoss = null;
        loss = Double.NaN;
    }

    @Override
    @SuppressWarnings("deprecation") // DL4J's interface still asks for it
    public int numLabels() {
        return (int) input.size(-1);
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {}

    @Override
    public double f1Score(DataSet data) {
        throw alone();
    }

    @Override
    public double f1Score(INDArray examples, INDArray labels) {
        throw alone();
    }

    @Override
    public int[] predict(INDArray examples) {
        throw alone();
    }

    @Override
    public List<String> predict(DataSet dataSet) {
        throw alone();
    }

    @Override
    public void fit(DataSetIterator iterator) {
        throw alone();
    }

    @Override
    public void fit(INDArray examples, INDArray labels) {
        throw alone();
    }

    @Override
    public void fit(DataSet data) {
        throw alone();
    }

    @Override
    public void fit(INDArray examples, int[] labels) {
        throw alone();
    }

    private static UnsupportedOperationException alone() {
        return new UnsupportedOperationException(
                "A loss on tokens works in a graph only; evaluate with TokenEvaluation");
    }
}
