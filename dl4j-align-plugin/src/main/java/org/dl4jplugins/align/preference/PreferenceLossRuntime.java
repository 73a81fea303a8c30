package org.dl4jplugins.align.preference;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.LossRuntime;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link PreferenceLossLayer}. */
final class PreferenceLossRuntime extends LossRuntime<PreferenceLossLayer> {
    private static final long serialVersionUID = 1L;

    private transient PreferenceRewards rewards;

    PreferenceLossRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    /** The preference loss among a graph's outputs. */
    static PreferenceLossRuntime of(ComputationGraph graph) {
        for (String output : graph.getConfiguration().getNetworkOutputs()) {
            Layer layer = graph.getLayer(output);
            if (layer instanceof PreferenceLossRuntime loss) {
                return loss;
            }
        }
        throw new IllegalArgumentException(
                "Expected a graph with a PreferenceLossLayer as an output, as PreferenceTuning.of"
                        + " makes it, got outputs "
                        + graph.getConfiguration().getNetworkOutputs());
    }

    /** Rewards of the last batch whose loss was computed; null before. */
    PreferenceRewards rewards() {
        return rewards;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        AnswerPairs answers = answers();
        INDArray logits = logits(workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray gradient =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATION_GRAD, dataType, logits.shape(), 'c');
        PairLosses losses = losses(answers, logits, gradient);
        int rows = 2 * losses.pairs();
        // DL4J divides the gradient by the number of rows afterwards, unless told not to.
        double scale = (conf.isMiniBatch() ? rows : 1) / (double) losses.pairs();
        for (int row = 0; row < rows; row++) {
            gradient.slice(row).muli(-scale * losses.slope(row));
        }
        keep(losses.mean());
        return new Pair<>(new DefaultGradient(), gradient);
    }

    @Override
    protected double loss(LayerWorkspaceMgr workspaceMgr) {
        INDArray logits = logits(workspaceMgr, ArrayType.FF_WORKING_MEM);
        return losses(answers(), logits, null).mean();
    }

    /** [2n, 1]: both rows have the loss of their pair. */
    @Override
    public INDArray computeScoreForExamples(
            double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
        INDArray logits = logits(workspaceMgr, ArrayType.FF_WORKING_MEM);
        PairLosses losses = losses(answers(), logits, null);
        double[] scores = new double[2 * losses.pairs()];
        for (int row = 0; row < scores.length; row++) {
            scores[row] = losses.loss(row) + fullNetworkRegScore;
        }
        return workspaceMgr.leverageTo(
                ArrayType.ACTIVATIONS,
                Nd4j.createFromArray(scores).castTo(dataType).reshape(scores.length, 1));
    }

    private AnswerPairs answers() {
        String id = requireBatch();
        boolean free = layerConf().isReferenceFree();
        return AnswerPairs.read(input, getLabels(), maskArray, free, id);
    }

    private PairLosses losses(AnswerPairs answers, INDArray logits, INDArray gradient) {
        double[] answer = AnswerProbabilities.log(logits, answers.targets(), gradient);
        PairLosses losses = new PairLosses(answer, answers.reference(), layerConf());
        rewards = losses.rewards();
        return losses;
    }
}
