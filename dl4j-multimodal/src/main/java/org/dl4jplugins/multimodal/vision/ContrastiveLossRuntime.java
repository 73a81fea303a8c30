package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.LossRuntime;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Computes {@link ContrastiveLoss}. */
final class ContrastiveLossRuntime extends LossRuntime<ContrastiveLoss> {
    private static final long serialVersionUID = 1L;

    ContrastiveLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        INDArray logits = pairs();
        INDArray labels = getLabels().castTo(dataType);
        INDArray rows = Transforms.exp(logProbabilities(logits), false);
        INDArray columns = Transforms.exp(logProbabilities(logits.transpose()), false).transpose();
        rows.muliColumnVector(labels.sum(true, 1));
        columns = columns.mulRowVector(labels.sum(true, 0));
        INDArray both = rows.addi(columns).subi(labels.mul(2)).muli(0.5);
        if (!conf.isMiniBatch()) {
            both.divi(logits.size(0)); // DL4J will not divide
        }
        return new Pair<>(
                new DefaultGradient(), workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, both, 'c'));
    }

    @Override
    protected double loss(LayerWorkspaceMgr workspaceMgr) {
        return ofExamples().meanNumber().doubleValue();
    }

    /** [batch, 1]: what each example adds to the batch's loss, times the batch's size. */
    @Override
    public INDArray computeScoreForExamples(
            double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
        INDArray scores = ofExamples().addi(fullNetworkRegScore).reshape('c', input.size(0), 1);
        return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, scores.castTo(dataType));
    }

    /** [batch]: the mean of the losses of row and column. */
    private INDArray ofExamples() {
        INDArray logits = pairs().castTo(DataType.DOUBLE);
        INDArray labels = getLabels().castTo(DataType.DOUBLE);
        INDArray rows = logProbabilities(logits).mul(labels).sum(1);
        INDArray columns = logProbabilities(logits.transpose()).mul(labels.transpose()).sum(1);
        return rows.addi(columns).muli(-0.5);
    }

    private INDArray pairs() {
        requireBatch();
        long batch = input.size(0);
        if (input.rank() != 2 || input.size(1) != batch) {
            throw layerConf().refused("logits [batch, batch]", input);
        }
        if (!Arrays.equals(getLabels().shape(), input.shape())) {
            throw layerConf().refused("labels " + Arrays.toString(input.shape()), getLabels());
        }
        return input.castTo(dataType);
    }

    /** Along rows, a new array. */
    private static INDArray logProbabilities(INDArray logits) {
        INDArray shifted = logits.subColumnVector(logits.max(true, 1));
        INDArray sums = Transforms.log(Transforms.exp(shifted, true).sum(true, 1), false);
        return shifted.subiColumnVector(sums);
    }
}
