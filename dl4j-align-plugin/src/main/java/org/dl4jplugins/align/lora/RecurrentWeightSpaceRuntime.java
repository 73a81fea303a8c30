package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.StepMask;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A recurrent layer with increments: its state is the wrapped layer's. */
class RecurrentWeightSpaceRuntime extends WeightSpaceRuntime implements RecurrentLayer, StepMask {
    private static final long serialVersionUID = 1L;

    RecurrentWeightSpaceRuntime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        super(conf, listeners, index, dataType);
    }

    private RecurrentLayer recurrent() {
        return (RecurrentLayer) inner;
    }

    @Override
    public void setStepMask(INDArray mask) {
        if (inner instanceof StepMask positional) {
            positional.setStepMask(mask);
        }
    }

    @Override
    public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr mgr) {
        stale();
        refresh();
        return recurrent().rnnTimeStep(input, mgr);
    }

    @Override
    public Map<String, INDArray> rnnGetPreviousState() {
        return recurrent().rnnGetPreviousState();
    }

    @Override
    public void rnnSetPreviousState(Map<String, INDArray> state) {
        recurrent().rnnSetPreviousState(state);
    }

    @Override
    public void rnnClearPreviousState() {
        recurrent().rnnClearPreviousState();
    }

    @Override
    public INDArray rnnActivateUsingStoredState(
            INDArray input, boolean training, boolean storeLastForTBPTT, LayerWorkspaceMgr mgr) {
        stale();
        refresh();
        return recurrent().rnnActivateUsingStoredState(input, training, storeLastForTBPTT, mgr);
    }

    @Override
    public Map<String, INDArray> rnnGetTBPTTState() {
        return recurrent().rnnGetTBPTTState();
    }

    @Override
    public void rnnSetTBPTTState(Map<String, INDArray> state) {
        recurrent().rnnSetTBPTTState(state);
    }

    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int tbpttBackLength, LayerWorkspaceMgr mgr) {
        refresh();
        prepareGradients();
        return finish(recurrent().tbpttBackpropGradient(epsilon, tbpttBackLength, mgr));
    }
}
