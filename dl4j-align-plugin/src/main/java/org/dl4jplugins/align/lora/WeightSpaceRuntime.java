package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.layers.LayerHelper;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.Freezable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Any stock layer, computed by its own runtime with {@code W + increments} in place of W.
 *
 * <p>The increments' gradients follow from the stock backward pass's dW, so this costs a copy of
 * each changed matrix, a gradient array of the layer's size and the dW product; dropout on the
 * increments' input is not possible. A {@link Freezable} layer without increments computes no
 * parameter gradient at all; other frozen layers compute theirs into an array that is discarded.
 */
class WeightSpaceRuntime extends LoraRuntime {
    private static final long serialVersionUID = 1L;

    private final transient Collection<TrainingListener> firstListeners;
    private final boolean frozen;
    protected Layer inner;
    private transient Map<String, INDArray> effective = Map.of();
    private transient Map<String, INDArray> innerGradients;
    private boolean fresh;

    /** Known after a first backward pass: layers that read ids give none, and must not. */
    private boolean givesEpsilon;

    WeightSpaceRuntime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        super(conf, dataType);
        this.index = index;
        firstListeners = listeners;
        frozen = layerConf().getIncrements().isEmpty() && layerConf().getTrained().isEmpty();
    }

    @Override
    public void setParamTable(Map<String, INDArray> table) {
        super.setParamTable(table);
        org.deeplearning4j.nn.conf.layers.Layer base = layerConf().getUnderlying();
        long length = base.initializer().numParams(base);
        if (layerConf().getPlacement() == BasePlacement.INSIDE || length == 0) {
            inner = instantiate(length == 0 ? null : firstParams(length));
            if (!layerConf().getIncrements().isEmpty() && !(inner instanceof BaseLayer)) {
                // would copy changed weights into the base's memory instead of referring to them
                inner = instantiate(Nd4j.createUninitializedDetached(dataType, length));
            }
        } else {
            inner = instantiateOutside(length);
        }
        if (frozen && inner instanceof Freezable layer) {
            layer.setFrozen(true);
        }
        fresh = false;
    }

    private Layer instantiate(INDArray view) {
        return layerConf()
                .getUnderlying()
                .instantiate(LoraParams.inner(conf), firstListeners, index, view, false, dataType);
    }

    /** A wrapped layer that gets its parameters later, one by one. */
    private Layer instantiateOutside(long length) {
        UntouchedMemory memory = new UntouchedMemory(dataType, length);
        Layer layer = instantiate(memory.array());
        if (!(layer instanceof BaseLayer<?> base)) { // may hold further views
            memory.close();
            return instantiate(Nd4j.createUninitializedDetached(dataType, length));
        }
        base.setParamTable(null);
        base.setParamsViewArray(null);
        base.setParamTable(new LinkedHashMap<>());
        memory.close();
        return layer;
    }

    /** Lets the wrapped layer see the base weights with the increments of this moment. */
    protected void refresh() {
        if (fresh) {
            return;
        }
        boolean inside = layerConf().getPlacement() == BasePlacement.INSIDE;
        List<String> adapted = layerConf().adaptedMatrices();
        if (!inside || !adapted.isEmpty()) {
            Map<String, INDArray> table = new LinkedHashMap<>();
            if (effective.isEmpty() && !adapted.isEmpty()) {
                effective = new LinkedHashMap<>();
            }
            for (String key : baseKeys()) {
                table.put(key, adapted.contains(key) ? changed(key) : base(key));
            }
            inner.setParamTable(table);
        }
        fresh = true;
    }

    private INDArray changed(String key) {
        INDArray base = base(key);
        INDArray sum =
                effective.computeIfAbsent(
                        key,
                        k ->
                                Nd4j.createUninitializedDetached(
                                        base.dataType(), base.ordering(), base.shape()));
        sum.assign(base);
        LoraMatrix matrix = layerConf().matrix(key);
        INDArray view = layerConf().getKind().view(matrix, sum);
        for (LoraIncrement i : layerConf().getIncrements()) {
            if (i.getMatrix().equals(key)) {
                WeightTerm.add(this, i, baseMatrix(key), gamma(key), view);
            }
        }
        return sum;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr mgr) {
        refresh();
        return inner.activate(training, mgr);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr mgr) {
        boolean nothingBelow = frozen && !layerConf().isInputGradient();
        if (nothingBelow && givesEpsilon) {
            long[] shape = inner.input().shape();
            return new Pair<>(
                    gradients(), mgr.create(ArrayType.ACTIVATION_GRAD, dataType, shape, 'c'));
        }
        refresh();
        prepareGradients();
        Pair<Gradient, INDArray> result = finish(inner.backpropGradient(epsilon, mgr));
        givesEpsilon = nothingBelow && result.getSecond() != null;
        return result;
    }

    /** Whether no parameter of the layer learns. */
    protected final boolean isFrozen() {
        return frozen;
    }

    /** Gives the wrapped layer somewhere to write its gradient. */
    protected void prepareGradients() {
        if (innerGradients != null || frozen && inner instanceof Freezable) {
            return;
        }
        org.deeplearning4j.nn.conf.layers.Layer base = layerConf().getUnderlying();
        long length = base.initializer().numParams(base);
        innerGradients = Map.of();
        if (length > 0) {
            INDArray scratch = Nd4j.createUninitializedDetached(dataType, length);
            inner.setBackpropGradientsViewArray(scratch);
            innerGradients = BaseKeys.gradients(base, LoraParams.inner(conf), scratch);
        }
    }

    /** The increments' gradients in place of the wrapped layer's own. */
    protected Pair<Gradient, INDArray> finish(Pair<Gradient, INDArray> result) {
        for (String key : layerConf().getTrained()) {
            gradientView(key).assign(innerGradients.get(key));
        }
        for (String key : layerConf().adaptedMatrices()) {
            LoraMatrix matrix = layerConf().matrix(key);
            INDArray dw = layerConf().getKind().view(matrix, innerGradients.get(key));
            double byGamma = 0;
            for (LoraIncrement i : layerConf().getIncrements()) {
                if (i.getMatrix().equals(key)) {
                    byGamma += WeightTerm.backward(this, i, baseMatrix(key), gamma(key), dw);
                }
            }
            scoreGradient(key, byGamma);
        }
        return new Pair<>(gradients(), result.getSecond());
    }

    @Override
    public void setInput(INDArray input, LayerWorkspaceMgr mgr) {
        fresh = false;
        inner.setInput(input, mgr);
    }

    /** The wrapped layer has to be given its weights again. */
    protected void stale() {
        fresh = false;
    }

    @Override
    protected void attached() {
        stale();
    }

    @Override
    public void clear() {
        fresh = false;
        inner.clear();
    }

    @Override
    public INDArray input() {
        return inner.input();
    }

    @Override
    public Type type() {
        return inner.type();
    }

    @Override
    public int batchSize() {
        return inner.batchSize();
    }

    @Override
    public void setInputMiniBatchSize(int size) {
        inner.setInputMiniBatchSize(size);
    }

    @Override
    public int getInputMiniBatchSize() {
        return inner.getInputMiniBatchSize();
    }

    @Override
    public void setMaskArray(INDArray mask) {
        inner.setMaskArray(mask);
    }

    @Override
    public INDArray getMaskArray() {
        return inner.getMaskArray();
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArray(
            INDArray mask, MaskState state, int minibatchSize) {
        return inner.feedForwardMaskArray(mask, state, minibatchSize);
    }

    @Override
    public void allowInputModification(boolean allow) {
        inner.allowInputModification(allow);
    }

    @Override
    public void setCacheMode(CacheMode mode) {
        inner.setCacheMode(mode);
    }

    @Override
    public LayerHelper getHelper() {
        return inner.getHelper();
    }

    @Override
    public void setIterationCount(int count) {
        super.setIterationCount(count);
        inner.setIterationCount(count);
    }

    @Override
    public void setEpochCount(int count) {
        super.setEpochCount(count);
        inner.setEpochCount(count);
    }
}
