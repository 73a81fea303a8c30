package org.dl4jplugins.align.transformer;

import java.util.List;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.TokenLossLayer.Reduction;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Computes {@link TokenLossLayer}. The backward pass leaves the loss for {@code computeScore},
 * which follows it in training.
 */
final class TokenLossRuntime extends AbstractLayer<TokenLossLayer> implements IOutputLayer {
    private static final long serialVersionUID = 1L;

    private transient INDArray labels;
    private transient INDArray maskOfLoss;
    private double loss = Double.NaN;
    private double score;

    TokenLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /** The logits as they are. */
    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, input);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        TokenTargets targets = targets();
        INDArray logits = logits(workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray gradient =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, logits.shape(), 'c');
        double[] losses =
                CrossEntropy.compute(
                        LastAxis.matrix(logits),
                        targets,
                        layerConf().getLabelSmoothing(),
                        gradientFactor(targets),
                        LastAxis.matrix(gradient));
        loss = reduce(losses, targets);
        maskOfLoss = maskArray;
        return new Pair<>(new DefaultGradient(), gradient);
    }

    /** DL4J divides the gradient by the batch size afterwards, unless told not to. */
    private double gradientFactor(TokenTargets targets) {
        if (layerConf().getReduction() == Reduction.EXAMPLE_SUM) {
            return 1;
        }
        double mean = 1 / targets.total();
        return conf.isMiniBatch() ? mean * targets.examples() : mean;
    }

    private double reduce(double[] losses, TokenTargets targets) {
        double sum = 0;
        for (int i = 0; i < losses.length; i++) {
            sum += losses[i] * targets.weights()[i];
        }
        return layerConf().getReduction() == Reduction.EXAMPLE_SUM
                ? sum / targets.examples()
                : sum / targets.total();
    }

    @Override
    public double computeScore(
            double fullNetworkRegScore, boolean training, LayerWorkspaceMgr workspaceMgr) {
        boolean known = !Double.isNaN(loss) && (maskArray == null || maskArray == maskOfLoss);
        if (!known) {
            TokenTargets targets = targets();
            loss = reduce(losses(targets, workspaceMgr), targets);
            maskOfLoss = maskArray;
        }
        score = loss + fullNetworkRegScore;
        return score;
    }

    /** [batch, 1]: the loss that a batch of this example alone would have; 0 without a label. */
    @Override
    public INDArray computeScoreForExamples(
            double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
        TokenTargets targets = targets();
        double[] losses = losses(targets, workspaceMgr);
        double[] scores = new double[targets.examples()];
        for (int b = 0; b < scores.length; b++) {
            double sum = 0;
            double total = 0;
            for (int i = b * targets.time(); i < (b + 1) * targets.time(); i++) {
                sum += losses[i] * targets.weights()[i];
                total += targets.weights()[i];
            }
            boolean mean = layerConf().getReduction() == Reduction.TOKEN_MEAN && total > 0;
            scores[b] = (mean ? sum / total : sum) + fullNetworkRegScore;
        }
        return workspaceMgr.leverageTo(
                ArrayType.ACTIVATIONS,
                Nd4j.createFromArray(scores).castTo(dataType).reshape(scores.length, 1));
    }

    private double[] losses(TokenTargets targets, LayerWorkspaceMgr workspaceMgr) {
        INDArray logits = logits(workspaceMgr, ArrayType.FF_WORKING_MEM);
        return CrossEntropy.compute(
                LastAxis.matrix(logits), targets, layerConf().getLabelSmoothing(), 1, null);
    }

    private INDArray logits(LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return LastAxis.dense(input, dataType, workspaceMgr, type);
    }

    private TokenTargets targets() {
        String id = "Layer \"" + layerConf().getLayerName() + "\"";
        if (input == null || labels == null) {
            throw new IllegalStateException(
                    id + ": " + (input == null ? "input" : "labels") + " not set");
        }
        int ignored = layerConf().getIgnoreIndex();
        TokenTargets targets = TokenTargets.read(input, labels, maskArray, ignored, id);
        if (targets.total() == 0) {
            throw new DL4JInvalidInputException(
                    id
                            + ": every label of the batch is masked or the ignore index "
                            + ignored
                            + ", there is nothing to learn from");
        }
        return targets;
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
                "A TokenLossLayer works in a graph only; evaluate with TokenEvaluation");
    }
}
