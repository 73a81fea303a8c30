package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weight-decomposed increment (DoRA): {@code gamma * weight * ((c - 1) x W + c * scaling * xd A B)}
 * with {@code c = m / ||W + scaling A B||} for each column, xd being x with dropout.
 *
 * <p>As in PEFT, the norm counts as a constant in the backward pass (section 4.3 of the paper), so
 * the gradients of A, B and below are not the derivatives of the forward function. PEFT drops the
 * input of {@code (c - 1) x W} too when there is dropout; here x W is computed once.
 */
final class DoraTerm implements LinearTerm {
    private final LoraRuntime layer;
    private final LoraIncrement increment;
    private final InputDropout dropout;

    DoraTerm(LoraRuntime layer, LoraIncrement increment, InputDropout dropout) {
        this.layer = layer;
        this.increment = increment;
        this.dropout = dropout;
    }

    private double weight() {
        return layer.layerConf().weight(increment.getAdapter());
    }

    private INDArray a() {
        return layer.getParam(increment.keyA());
    }

    private INDArray b() {
        return layer.getParam(increment.keyB());
    }

    private INDArray norms() {
        INDArray w = layer.baseMatrix(increment.getMatrix());
        return Dora.norms(w, increment.getScaling(), a(), b());
    }

    @Override
    public void forward(
            INDArray x,
            INDArray xw,
            INDArray z,
            double gamma,
            boolean training,
            LayerWorkspaceMgr mgr) {
        if (dropout != null) {
            dropout.clear();
        }
        if (weight() * gamma == 0) {
            return;
        }
        INDArray input = training && dropout != null ? dropout.draw(x, mgr) : x;
        INDArray sum = product(xw, xa(input, mgr, ArrayType.FF_WORKING_MEM), mgr);
        INDArray c = layer.getParam(increment.keyM()).div(norms());
        sum.muliRowVector(c).subi(xw);
        z.addi(sum.muli(weight() * gamma));
    }

    /** x W + scaling xa B in a new array. */
    private INDArray product(INDArray xw, INDArray xa, LayerWorkspaceMgr mgr) {
        INDArray sum = mgr.dup(ArrayType.FF_WORKING_MEM, xw, 'c');
        Gemm.multiply(false, xa, false, b(), increment.getScaling(), 1, sum);
        return sum;
    }

    private INDArray xa(INDArray input, LayerWorkspaceMgr mgr, ArrayType type) {
        long[] shape = {input.rows(), increment.getRank()};
        INDArray xa = mgr.createUninitialized(type, input.dataType(), shape, 'c');
        Gemm.multiply(false, input, false, a(), 0, xa);
        return xa;
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
        boolean scored = layer.layerConf().isScores();
        double factor = weight() * gamma;
        if (factor == 0 && !(scored && weight() != 0)) {
            zeroGradients();
            return 0;
        }
        INDArray input = dropout == null ? x : dropout.again(x, mgr);
        INDArray xa = xa(input, mgr, ArrayType.BP_WORKING_MEM);
        INDArray norms = norms();
        INDArray c = layer.getParam(increment.keyM()).div(norms);
        INDArray sum = product(xw, xa, mgr);
        INDArray bySum = sum.mul(delta).sum(true, 0);
        double byGamma = 0;
        if (scored) {
            double base = xw.mul(delta).sumNumber().doubleValue();
            byGamma = weight() * (bySum.mul(c).sumNumber().doubleValue() - base);
        }
        if (factor == 0) {
            zeroGradients();
            return byGamma;
        }
        INDArray dm = layer.gradientView(increment.keyM());
        if (dm != null) {
            dm.assign(bySum.divi(norms).muli(factor));
        }
        INDArray dSum = delta.mulRowVector(c).muli(factor);
        dxw.addi(dSum).subi(delta.mul(factor));
        INDArray dxa = mgr.createUninitialized(ArrayType.BP_WORKING_MEM, xa.dataType(), xa.shape());
        Gemm.multiply(false, dSum, true, b(), increment.getScaling(), 0, dxa);
        INDArray da = layer.gradientView(increment.keyA());
        if (da != null) {
            Gemm.multiply(true, input, false, dxa, 0, da);
            INDArray db = layer.gradientView(increment.keyB());
            Gemm.multiply(true, xa, false, dSum, increment.getScaling(), 0, db);
        }
        if (dx != null) {
            INDArray part =
                    mgr.createUninitialized(
                            ArrayType.BP_WORKING_MEM, dx.dataType(), dx.shape(), 'c');
            Gemm.multiply(false, dxa, true, a(), 0, part);
            dx.addi(dropout == null ? part : dropout.mask(part));
        }
        return byGamma;
    }

    private void zeroGradients() {
        for (String key : new String[] {increment.keyA(), increment.keyB(), increment.keyM()}) {
            INDArray view = layer.gradientView(key);
            if (view != null) {
                view.assign(0);
            }
        }
    }

    @Override
    public boolean needsBaseProduct() {
        return weight() != 0;
    }

    @Override
    public void clear() {
        if (dropout != null) {
            dropout.clear();
        }
    }
}
