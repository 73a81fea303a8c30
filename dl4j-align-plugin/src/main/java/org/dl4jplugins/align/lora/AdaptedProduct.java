package org.dl4jplugins.align.lora;

import java.util.List;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.LinearProducts;
import org.dl4jplugins.core.accel.Gemm;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * {@code z = x W + increments + b} for one frozen matrix of a layer, x [rows, in], z [rows, out].
 * The backward pass has the products for dX, dA and dB and none for dW.
 */
final class AdaptedProduct {
    private final LoraRuntime layer;
    private final String matrix;
    private final List<LinearTerm> terms;
    private INDArray keptXw;

    AdaptedProduct(LoraRuntime layer, String matrix, InputDropout.Pattern pattern) {
        this.layer = layer;
        this.matrix = matrix;
        terms =
                layer.layerConf().getIncrements().stream()
                        .filter(i -> i.getMatrix().equals(matrix))
                        .map(i -> term(layer, i, pattern))
                        .toList();
    }

    private static LinearTerm term(
            LoraRuntime layer, LoraIncrement i, InputDropout.Pattern pattern) {
        double dropped = i.getDropout();
        InputDropout dropout = dropped > 0 ? new InputDropout(dropped, pattern) : null;
        return i.isDora() ? new DoraTerm(layer, i, dropout) : new LowRankTerm(layer, i, dropout);
    }

    /** Whether there are no increments. */
    boolean isEmpty() {
        return terms.isEmpty();
    }

    /** Forgets what a forward pass kept. */
    void clear() {
        keptXw = null;
        terms.forEach(LinearTerm::clear);
    }

    /**
     * Computes z.
     *
     * @param x [rows, in], dense
     * @param bias [out] or null
     * @param z [rows, out], dense, overwritten
     * @param training whether dropout applies and a backward pass may follow
     * @param mgr for working memory
     */
    void forward(INDArray x, INDArray bias, INDArray z, boolean training, LayerWorkspaceMgr mgr) {
        boolean split = needsBaseProduct();
        LinearProducts.forward(x, weights(), split ? null : bias, z);
        INDArray xw = null;
        if (split) {
            xw = mgr.dup(training ? ArrayType.INPUT : ArrayType.FF_WORKING_MEM, z, 'c');
            keptXw = training ? xw : null;
        }
        double gamma = terms.isEmpty() ? 0 : layer.gamma(matrix);
        for (LinearTerm term : terms) {
            term.forward(x, xw, z, gamma, training, mgr);
        }
        if (bias != null && split) {
            z.addiRowVector(bias);
        }
    }

    /**
     * Writes the increments' gradients.
     *
     * @param x as in the forward pass; not read if there are no increments
     * @param delta gradient with respect to z, dense
     * @param dx gradient with respect to x, overwritten; or null
     * @param mgr for working memory
     */
    void backward(INDArray x, INDArray delta, INDArray dx, LayerWorkspaceMgr mgr) {
        INDArray xw = keptXw;
        INDArray dxw = delta;
        boolean split = needsBaseProduct();
        if (split) {
            dxw = mgr.dup(ArrayType.BP_WORKING_MEM, delta, 'c');
            if (xw == null) {
                xw =
                        mgr.createUninitialized(
                                ArrayType.BP_WORKING_MEM, delta.dataType(), delta.shape(), 'c');
                Gemm.multiply(false, x, false, weights(), 0, xw);
            }
        }
        if (dx != null && split) {
            dx.assign(0);
        } else if (dx != null) {
            LinearProducts.inputGradient(delta, weights(), dx);
        }
        double gamma = terms.isEmpty() ? 0 : layer.gamma(matrix);
        double byGamma = 0;
        for (LinearTerm term : terms) {
            byGamma += term.backward(x, xw, delta, dx, dxw, gamma, mgr);
        }
        if (dx != null && split) {
            Gemm.multiply(false, dxw, true, weights(), 1, dx);
        }
        layer.scoreGradient(matrix, byGamma);
    }

    private boolean needsBaseProduct() {
        return terms.stream().anyMatch(LinearTerm::needsBaseProduct);
    }

    private INDArray weights() {
        LoraLayer conf = layer.layerConf();
        return conf.getKind().view(conf.matrix(matrix), layer.base(matrix));
    }
}
