package org.dl4jplugins.align.transformer;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Computes {@link RelativePositionBias}. */
final class RelativePositionBiasRuntime extends BaseLayer<RelativePositionBias>
        implements RecurrentLayer, Freezable {
    private static final long serialVersionUID = 1L;
    private static final String LENGTH = "length";

    private boolean frozen;
    private int batch;
    private int before; // tokens of earlier time steps

    RelativePositionBiasRuntime(NeuralNetConfiguration conf, DataType dataType) {
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
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        int time = (int) input.size(1);
        return bias(time, time, workspaceMgr);
    }

    /** The last queries' rows. */
    private INDArray bias(int queries, int keys, LayerWorkspaceMgr workspaceMgr) {
        INDArray w = getParam(DefaultParamInitializer.WEIGHT_KEY);
        int heads = (int) w.size(1);
        double[][] byHead = w.castTo(DataType.DOUBLE).transpose().toDoubleMatrix();
        int[] buckets = buckets(queries, keys);
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, new long[] {heads, queries, keys}, 'c');
        double[] values = new double[heads * queries * keys];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < queries; i++) {
                int row = (h * queries + i) * keys;
                for (int j = 0; j < keys; j++) {
                    values[row + j] = byHead[h][buckets[j - i + queries - 1]];
                }
            }
        }
        return out.assign(Nd4j.createFromArray(values).reshape('c', out.shape()));
    }

    /** Buckets of key index minus query index, the smallest difference first. */
    private int[] buckets(int queries, int keys) {
        int shift = keys - queries; // the last query stands at the last key
        int[] buckets = new int[queries + keys - 1];
        for (int d = 0; d < buckets.length; d++) {
            buckets[d] = layerConf().bucket(d - queries + 1 - shift);
        }
        return buckets;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        Gradient gradient = new DefaultGradient();
        if (!frozen) {
            INDArray dw = gradientViews.get(DefaultParamInitializer.WEIGHT_KEY);
            dw.assign(Nd4j.createFromArray(sums(epsilon)).castTo(dataType));
            gradient.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, dw);
        }
        return new Pair<>(gradient, null);
    }

    /** The epsilon summed by bucket, [buckets][heads]. */
    private double[][] sums(INDArray epsilon) {
        int heads = (int) epsilon.size(0);
        int time = (int) epsilon.size(1);
        int[] buckets = buckets(time, time);
        double[] e = epsilon.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        double[][] sums = new double[(int) layerConf().getNIn()][heads];
        for (int h = 0; h < heads; h++) {
            for (int i = 0; i < time; i++) {
                int row = (h * time + i) * time;
                for (int j = 0; j < time; j++) {
                    sums[buckets[j - i + time - 1]][h] += e[row + j];
                }
            }
        }
        return sums;
    }

    /** The bias has no batch, so it takes no mask and hands none on. */
    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray maskArray, MaskState currentMaskState, int minibatchSize) {
        return new Pair<>(null, currentMaskState);
    }

    @Override
    public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        setInput(input, workspaceMgr);
        if (layerConf().isBidirectional()) {
            return activate(false, workspaceMgr);
        }
        int time = (int) input.size(1);
        batch = (int) input.size(0);
        before += time;
        return bias(time, before, workspaceMgr);
    }

    @Override
    @SuppressWarnings("try") // the scope is only opened and closed
    public Map<String, INDArray> rnnGetPreviousState() {
        Map<String, INDArray> state = new HashMap<>();
        if (before > 0) {
            try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                state.put(LENGTH, Nd4j.valueArrayOf(new long[] {batch, 1}, before, dataType));
            }
        }
        return state;
    }

    @Override
    public void rnnSetPreviousState(Map<String, INDArray> stateMap) {
        INDArray length = stateMap == null ? null : stateMap.get(LENGTH);
        before = length == null ? 0 : length.getInt(0);
        batch = length == null ? 0 : (int) length.size(0);
    }

    @Override
    public void rnnClearPreviousState() {
        before = 0;
    }

    @Override
    public INDArray rnnActivateUsingStoredState(
            INDArray input, boolean training, boolean storeLastForTBPTT, LayerWorkspaceMgr mgr) {
        throw noTruncation();
    }

    @Override
    public Pair<Gradient, INDArray> tbpttBackpropGradient(
            INDArray epsilon, int tbpttBackLength, LayerWorkspaceMgr workspaceMgr) {
        throw noTruncation();
    }

    @Override
    public Map<String, INDArray> rnnGetTBPTTState() {
        return Map.of();
    }

    @Override
    public void rnnSetTBPTTState(Map<String, INDArray> state) {
        throw noTruncation();
    }

    private UnsupportedOperationException noTruncation() {
        return new UnsupportedOperationException(
                "attention cannot be trained with truncated backpropagation through time "
                        + layerId());
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
