package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** An output layer with increments; the loss is the wrapped layer's. */
final class OutputWeightSpaceRuntime extends WeightSpaceRuntime implements IOutputLayer {
    private static final long serialVersionUID = 1L;

    OutputWeightSpaceRuntime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        super(conf, listeners, index, dataType);
    }

    private IOutputLayer output() {
        refresh();
        return (IOutputLayer) inner;
    }

    @Override
    public boolean needsLabels() {
        return ((IOutputLayer) inner).needsLabels();
    }

    @Override
    public void setLabels(INDArray labels) {
        ((IOutputLayer) inner).setLabels(labels);
    }

    @Override
    public INDArray getLabels() {
        return ((IOutputLayer) inner).getLabels();
    }

    @Override
    public double computeScore(
            double fullNetworkRegScore, boolean training, LayerWorkspaceMgr mgr) {
        return output().computeScore(fullNetworkRegScore, training, mgr);
    }

    @Override
    public INDArray computeScoreForExamples(double fullNetworkRegScore, LayerWorkspaceMgr mgr) {
        return output().computeScoreForExamples(fullNetworkRegScore, mgr);
    }

    @Override
    public double f1Score(DataSet data) {
        return output().f1Score(data);
    }

    @Override
    public double f1Score(INDArray examples, INDArray labels) {
        return output().f1Score(examples, labels);
    }

    @Override
    @Deprecated
    public int numLabels() {
        return output().numLabels();
    }

    @Override
    public int[] predict(INDArray examples) {
        return output().predict(examples);
    }

    @Override
    public List<String> predict(DataSet dataSet) {
        return output().predict(dataSet);
    }

    @Override
    public void fit(DataSetIterator iter) {
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
                "A layer with increments is trained by its network's fit()");
    }
}
