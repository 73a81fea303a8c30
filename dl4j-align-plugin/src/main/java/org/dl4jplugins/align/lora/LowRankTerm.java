package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code gamma * strength * dropout(x) A B}; x A is kept for the backward pass. */
class LowRankTerm implements LinearTerm {
    protected final LoraRuntime layer;
    protected final LoraIncrement increment;
    private final InputDropout dropout;
    private final boolean scored;
    private transient INDArray keptXa;

    LowRankTerm(LoraRuntime layer, LoraIncrement increment, InputDropout dropout) {
        this.layer = layer;
        this.increment = increment;
        this.dropout = dropout;
        scored = layer.layerConf().isScores();
    }

    @Override
    public void forward(
            INDArray x,
            INDArray xw,
            INDArray z,
            double gamma,
            boolean training,
            LayerWorkspaceMgr mgr) {
        double factor = gamma * layer.strength(increment);
        keptXa = null;
        if (factor == 0 && !(training && learnsMask())) {
            return;
        }
        INDArray input = training && dropout != null ? dropout.draw(x, mgr) : x;
        INDArray xa = xa(input, training ? ArrayType.INPUT : ArrayType.FF_WORKING_MEM, mgr);
        if (training) {
            keptXa = xa;
        }
        if (factor != 0) {
            Gemm.multiply(false, xa, false, b(), factor, 1, z);
        }
    }

    @Override
    public double backward(
            INDArray x,
            INDArray xw,
            INDArray delta,
            INDArray dx,
            INDArray dxw,
            double gamma,
            LayerWorkspaceMgr mgr) {
        double strength = layer.strength(increment);
        double factor = gamma * strength;
        if (factor == 0 && !learnsMask()) {
            zeroGradients();
            return 0;
        }
        INDArray input = dropout == null ? x : dropout.again(x, mgr);
        INDArray xa = keptXa == null ? xa(input, ArrayType.BP_WORKING_MEM, mgr) : keptXa;
        return lowRankBackward(input, xa, delta, dx, strength, gamma, mgr);
    }

    /** Gradients of A and B and of the input, for delta with respect to xa B. */
    private double lowRankBackward(
            INDArray input,
            INDArray xa,
            INDArray delta,
            INDArray dx,
            double strength,
            double gamma,
            LayerWorkspaceMgr mgr) {
        double factor = gamma * strength;
        INDArray dxa =
                mgr.createUninitialized(ArrayType.BP_WORKING_MEM, xa.dataType(), xa.shape(), 'c');
        Gemm.multiply(false, delta, true, b(), 0, dxa);
        double byGamma = scored ? strength * xa.mul(dxa).sumNumber().doubleValue() : 0;
        if (factor == 0) {
            zeroGradients();
            return byGamma;
        }
        INDArray da = layer.gradientView(increment.keyA());
        if (da != null) {
            Gemm.multiply(true, input, false, dxa, factor, 0, da);
            INDArray db = layer.gradientView(increment.keyB());
            Gemm.multiply(true, xa, false, delta, factor, 0, db);
        }
        if (dx != null) {
            if (dropout == null) {
                Gemm.multiply(false, dxa, true, a(), factor, 1, dx);
            } else {
                INDArray part =
                        mgr.createUninitialized(
                                ArrayType.BP_WORKING_MEM, dx.dataType(), dx.shape(), 'c');
                Gemm.multiply(false, dxa, true, a(), factor, 0, part);
                dx.addi(dropout.mask(part));
            }
        }
        return byGamma;
    }

    private INDArray xa(INDArray input, ArrayType type, LayerWorkspaceMgr mgr) {
        INDArray xa =
                mgr.createUninitialized(
                        type,
                        input.dataType(),
                        new long[] {input.rows(), increment.getRank()},
                        'c');
        Gemm.multiply(false, input, false, a(), 0, xa);
        return xa;
    }

    private boolean learnsMask() {
        return scored && layer.strength(increment) != 0;
    }

    protected void zeroGradients() {
        for (String key : new String[] {increment.keyA(), increment.keyB()}) {
            INDArray view = layer.gradientView(key);
            if (view != null) {
                view.assign(0);
            }
        }
    }

    protected INDArray a() {
        return layer.getParam(increment.keyA());
    }

    protected INDArray b() {
        return layer.getParam(increment.keyB());
    }

    @Override
    public boolean needsBaseProduct() {
        return false;
    }

    @Override
    public void clear() {
        keptXa = null;
        if (dropout != null) {
            dropout.clear();
        }
    }
}
