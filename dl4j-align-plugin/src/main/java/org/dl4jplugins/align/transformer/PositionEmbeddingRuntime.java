package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link PositionEmbedding}. */
final class PositionEmbeddingRuntime extends BaseLayer<PositionEmbedding>
        implements RecurrentLayer, Freezable, StepMask {
    private static final long serialVersionUID = 1L;

    static final String STATE = "position";

    private boolean frozen;
    private transient INDArray stepMask;
    private Map<String, INDArray> state = new HashMap<>();
    private Map<String, INDArray> tbpttState = new HashMap<>();

    PositionEmbeddingRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
        if (frozen && gradientsFlattened != null) {
            gradientsFlattened.assign(0);
        }
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        setFrozen(frozen);
    }

    @Override
    public void setParams(INDArray params) {
        if (params != paramsFlattened) {
            setParams(params, 'c');
        }
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        applyDropOutIfNecessary(training, workspaceMgr);
        return add(positions(maskArray, null), workspaceMgr);
    }

    private INDArray add(PositionRows positions, LayerWorkspaceMgr workspaceMgr) {
        INDArray x = LastAxis.dense(input, dataType, workspaceMgr, ArrayType.FF_WORKING_MEM);
        INDArray out =
                workspaceMgr.createUninitialized(ArrayType.ACTIVATIONS, dataType, x.shape(), 'c');
        Table.addRows(
                LastAxis.matrix(x),
                getParam(TableParams.KEY),
                positions.rows(),
                LastAxis.matrix(out));
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        Gradient gradient = new DefaultGradient();
        if (!frozen) {
            INDArray view = gradientViews.get(TableParams.KEY);
            PositionRows positions = positions(maskArray, null);
            INDArray delta =
                    LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
            Table.zero(view);
            Table.scatterAdd(LastAxis.matrix(delta), 1, positions.rows(), -1, view);
            gradient.setGradientFor(TableParams.KEY, view, 'c');
        }
        INDArray dx = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, epsilon.castTo(dataType), 'c');
        return new Pair<>(gradient, backpropDropOutIfPresent(dx));
    }

    /** The rows of the present input's tokens, checked. */
    private PositionRows positions(INDArray mask, INDArray start) {
        String id = "Layer \"" + layerConf().getLayerName() + "\"";
        if (input.rank() != 3 || input.size(2) != layerConf().getNOut()) {
            throw new DL4JInvalidInputException(
                    id
                            + ": expected an input [batch, time, "
                            + layerConf().getNOut()
                            + "], got shape "
                            + Arrays.toString(input.shape()));
        }
        int batch = (int) input.size(0);
        int time = (int) input.size(1);
        float[] masks = TokenIds.mask(mask, batch, time, id);
        int offset = layerConf().getOffset();
        int rows = layerConf().getMaxPositions();
        return PositionRows.of(batch, time, masks, start, offset, rows, id);
    }

    @Override
    public void setStepMask(INDArray mask) {
        stepMask = mask;
    }

    @Override
    @SuppressWarnings("try") // the scope itself is what counts
    public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        setInput(input, workspaceMgr);
        INDArray mask = stepMask;
        stepMask = null;
        PositionRows positions = positions(mask, state.get(STATE));
        INDArray out = add(positions, workspaceMgr);
        try (MemoryWorkspace ws = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            state.put(STATE, positions.next(dataType));
        }
        return out;
    }

    @Override
    public Map<String, INDArray> rnnGetPreviousState() {
        return new HashMap<>(state);
    }

    @Override
    public void rnnSetPreviousState(Map<String, INDArray> stateMap) {
        state = stateMap == null ? new HashMap<>() : new HashMap<>(stateMap);
    }

    @Override
    public void rnnClearPreviousState() {
        state.clear();
        tbpttState.clear();
        stepMask = null;
    }

    /** Truncated backpropagation sees each part of a sequence as one of its own. */
    @Override
    public INDArray rnnActivateUsingStoredState(
            INDArray input,
            boolean training,
            boolean storeLastForTBPTT,
            LayerWorkspaceMgr workspaceMgr) {
        setInput(input, workspaceMgr);
        return activate(training, workspaceMgr);
    }

    @Override
    public Map<String, INDArray> rnnGetTBPTTState() {
        return new HashMap<>(tbpttState);
    }

    @Override
    public void rnnSetTBPTTState(Map<String, INDArray> tbpttState) {
        this.tbpttState = tbpttState == null ? new HashMap<>() : new HashMap<>(tbpttState);
    }

    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int tbpttBackLength, LayerWorkspaceMgr workspaceMgr) {
        return backpropGradient(epsilon, workspaceMgr);
    }

    @Override
    public boolean hasBias() {
        return false;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }
}
