package org.dl4jplugins.align.transformer;

import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.TokenLossLayer.Reduction;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link TokenLossLayer}. */
final class TokenLossRuntime extends LossRuntime<TokenLossLayer> {
    private static final long serialVersionUID = 1L;

    TokenLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
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
        keep(reduce(losses, targets));
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
    protected double loss(LayerWorkspaceMgr workspaceMgr) {
        TokenTargets targets = targets();
        return reduce(losses(targets, workspaceMgr), targets);
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

    private TokenTargets targets() {
        String id = requireBatch();
        int ignored = layerConf().getIgnoreIndex();
        TokenTargets targets = TokenTargets.read(input, getLabels(), maskArray, ignored, id);
        if (targets.total() == 0) {
            throw new DL4JInvalidInputException(
                    id
                            + ": every label of the batch is masked or the ignore index "
                            + ignored
                            + ", there is nothing to learn from");
        }
        return targets;
    }
}
