package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.RecurrentLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.RepeatableBackward;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The layer inside an attention vertex: reads the vertex's inputs, holds masks, the state between
 * time steps, and between forward and backward pass what both depend on.
 */
final class AttentionLayer extends AbstractLayer<AttentionStep>
        implements RecurrentLayer, StepMask, RepeatableBackward {
    private static final long serialVersionUID = 1L;

    private final AttentionVertex settings;
    private final String name;
    private final transient Rotation rotation;
    private final transient ScratchPool scratch = new ScratchPool();
    private transient Supplier<INDArray[]> source;
    private transient KeyValueCache cache = new KeyValueCache();
    private transient AttentionTask task;
    private INDArray queryMask;
    private INDArray keyMask;
    private INDArray stepMask;

    AttentionLayer(AttentionVertex settings, String name, DataType dataType) {
        super(AttentionStep.named(name), dataType);
        this.settings = settings;
        this.name = name;
        this.rotation =
                settings.getRotary() == null
                        ? null
                        : new Rotation(settings.getRotary(), settings.getHeadSize());
    }

    void readFrom(Supplier<INDArray[]> inputs) {
        this.source = inputs;
    }

    void setMasks(INDArray queries, INDArray keys) {
        this.queryMask = queries;
        this.keyMask = keys;
    }

    @Override
    public void setMaskArray(INDArray mask) {
        setMasks(mask, mask);
    }

    @Override
    public INDArray getMaskArray() {
        return queryMask;
    }

    @Override
    public void setStepMask(INDArray mask) {
        this.stepMask = mask;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        boolean drops = training && settings.getDropout() > 0;
        long seed = drops ? Nd4j.getRandom().nextLong() | 1 : 0;
        task = task(seed, training ? ArrayType.INPUT : ArrayType.FF_WORKING_MEM, workspaceMgr);
        INDArray out = result(task, workspaceMgr);
        kernel(task).forward(task, out);
        if (!training) {
            task = null;
        }
        return out;
    }

    private AttentionKernel kernel(AttentionTask t) {
        return FloatAttention.fits(t) ? new FloatAttention(scratch) : new ArrayAttention();
    }

    private INDArray result(AttentionTask t, LayerWorkspaceMgr workspaceMgr) {
        return workspaceMgr.createUninitialized(
                ArrayType.ACTIVATIONS, dataType, t.q().shape(), 'c');
    }

    /** The inputs, checked, in the network's type, turned by their positions. */
    private AttentionTask task(long seed, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        INDArray[] in = source.get();
        INDArray q = dense(in[0], type, workspaceMgr);
        INDArray k = dense(in[1], type, workspaceMgr);
        INDArray v = dense(in[2], type, workspaceMgr);
        checkInputs(q, k, v);
        float[] mask = keyMask(k);
        if (rotation != null) {
            float[] own = queryMask(q);
            q = turned(q, own, q.size(1), type, workspaceMgr);
            k = turned(k, mask, k.size(1), type, workspaceMgr);
        }
        return new AttentionTask(settings, q, k, v, bias(in, q, k), mask, seed);
    }

    private float[] queryMask(INDArray q) {
        return KeyPositions.mask(name + ": mask of queries", queryMask, q.size(0), q.size(1));
    }

    private float[] keyMask(INDArray k) {
        return KeyPositions.mask(name + ": mask of keys", keyMask, k.size(0), k.size(1));
    }

    private INDArray bias(INDArray[] in, INDArray q, INDArray k) {
        if (in.length < 4) {
            return null;
        }
        long[] expected = {settings.getHeads(), q.size(1), k.size(1)};
        check("bias [heads, queries, keys]", in[3], expected);
        return in[3].castTo(dataType);
    }

    private void checkInputs(INDArray q, INDArray k, INDArray v) {
        long size = settings.getHeadSize();
        long batch = q.size(0);
        check(
                "queries [batch, queries, heads * headSize]",
                q,
                batch,
                q.size(1),
                settings.getHeads() * size);
        check(
                "keys [batch, keys, kvHeads * headSize]",
                k,
                batch,
                k.size(1),
                settings.getKvHeads() * size);
        check("values [batch, keys, kvHeads * headSize]", v, k.shape());
        if (settings.isCausal() && q.size(1) > k.size(1)) {
            throw new IllegalArgumentException(
                    name
                            + ": causal attention needs at least as many keys as queries, got "
                            + k.size(1)
                            + " keys and "
                            + q.size(1)
                            + " queries");
        }
    }

    private void check(String what, INDArray array, long... shape) {
        if (!Arrays.equals(array.shape(), shape)) {
            throw new IllegalArgumentException(
                    name
                            + ": "
                            + what
                            + " must have shape "
                            + Arrays.toString(shape)
                            + ", got "
                            + Arrays.toString(array.shape()));
        }
    }

    private INDArray dense(INDArray a, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        if (a.rank() != 3) {
            throw new IllegalArgumentException(
                    name
                            + ": attention takes [batch, time, width], got "
                            + Arrays.toString(a.shape()));
        }
        return LastAxis.dense(a, dataType, workspaceMgr, type);
    }

    /** The last tokens of sequences of some time, turned by their positions. */
    private INDArray turned(
            INDArray x, float[] mask, long time, ArrayType type, LayerWorkspaceMgr workspaceMgr) {
        INDArray y = workspaceMgr.createUninitialized(type, dataType, x.shape(), 'c');
        turn(x, y, mask, time, false);
        return y;
    }

    private void turn(INDArray from, INDArray to, float[] mask, long time, boolean back) {
        int batch = (int) from.size(0);
        int[][] positions = KeyPositions.of(mask, batch, (int) time, (int) from.size(1));
        rotation.turn(from, to, positions, KeyPositions.lengths(mask, batch, (int) time), back);
    }

    /**
     * Gradients of all inputs of the vertex.
     *
     * @param epsilon gradient of the output
     * @param workspaceMgr where to put them
     * @return in the order of the inputs
     */
    INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        AttentionTask t = task == null ? task(0, ArrayType.BP_WORKING_MEM, workspaceMgr) : task;
        INDArray e = LastAxis.dense(epsilon, dataType, workspaceMgr, ArrayType.BP_WORKING_MEM);
        INDArray[] gradients = new INDArray[source.get().length];
        INDArray[] inputs = {t.q(), t.k(), t.v(), t.bias()};
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] =
                    workspaceMgr.createUninitialized(
                            ArrayType.ACTIVATION_GRAD, dataType, inputs[i].shape(), 'c');
        }
        INDArray dBias = gradients.length == 4 ? gradients[3] : null;
        kernel(t).backward(t, e, gradients[0], gradients[1], gradients[2], dBias);
        if (rotation != null) {
            turn(gradients[0], gradients[0], queryMask(t.q()), t.queries(), true);
            turn(gradients[1], gradients[1], t.mask(), t.keys(), true);
        }
        return gradients;
    }

    @Override
    public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
        if (!settings.isCausal()) {
            return activate(false, workspaceMgr);
        }
        INDArray[] in = source.get();
        INDArray q = dense(in[0], ArrayType.FF_WORKING_MEM, workspaceMgr);
        INDArray k = dense(in[1], ArrayType.FF_WORKING_MEM, workspaceMgr);
        INDArray v = dense(in[2], ArrayType.FF_WORKING_MEM, workspaceMgr);
        checkInputs(q, k, v);
        int batch = (int) q.size(0);
        int time = (int) q.size(1);
        check("keys of a time step", k, batch, time, k.size(2));
        float[] more = KeyPositions.mask(name + ": mask of a time step", stepMask, batch, time);
        stepMask = null;
        float[] mask = cache.maskWith(more, batch, time);
        int all = cache.length() + time;
        boolean late = rotation != null && settings.getRotary().dependsOnLength();
        if (rotation != null) {
            q = turned(q, mask, all, ArrayType.FF_WORKING_MEM, workspaceMgr);
        }
        if (rotation != null && !late) {
            k = turned(k, mask, all, ArrayType.FF_WORKING_MEM, workspaceMgr);
        }
        cache.append(k, v, more);
        INDArray keys = cache.keys();
        if (late) {
            keys = turned(keys, mask, all, ArrayType.FF_WORKING_MEM, workspaceMgr);
        }
        AttentionTask step =
                new AttentionTask(settings, q, keys, cache.values(), bias(in, q, keys), mask, 0);
        INDArray out = result(step, workspaceMgr);
        kernel(step).forward(step, out);
        return out;
    }

    @Override
    public Map<String, INDArray> rnnGetPreviousState() {
        return cache.state();
    }

    @Override
    public void rnnSetPreviousState(Map<String, INDArray> stateMap) {
        cache = KeyValueCache.of(stateMap, (long) settings.getKvHeads() * settings.getHeadSize());
    }

    /** Chooses sequences: sequence i becomes a copy of what was sequence rows[i]. */
    void reorder(int[] rows) {
        cache = cache.reordered(rows);
    }

    @Override
    public void rnnClearPreviousState() {
        cache = new KeyValueCache();
        stepMask = null;
    }

    @Override
    public void clear() {
        super.clear();
        setMasks(null, null);
        task = null;
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
                name + ": attention cannot be trained with truncated backpropagation through time");
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        throw new UnsupportedOperationException(
                name + ": attention has several inputs; its vertex does the backward pass");
    }

    @Override
    public Type type() {
        return Type.RECURRENT;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }

    @Override
    public void clearNoiseWeightParams() {
        // there are no parameters
    }
}
