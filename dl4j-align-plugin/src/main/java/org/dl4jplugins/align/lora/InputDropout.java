package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.random.impl.DropOutInverted;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Inverted dropout on an increment's input, drawn from ND4J's generator (which the network's seed
 * seeds); its mask is kept for any number of backward passes.
 */
final class InputDropout {
    /** What is dropped together: where the columns of x repeat values, so must the mask's. */
    interface Pattern {
        /**
         * A mask.
         *
         * @param x what it is for, [rows, in]
         * @param keep probability of a value to stay
         * @return 0 or 1 / keep, in x's shape
         */
        INDArray draw(INDArray x, double keep, LayerWorkspaceMgr mgr);
    }

    private final double keep;
    private final Pattern pattern;
    private transient INDArray mask;

    InputDropout(double dropped, Pattern pattern) {
        keep = 1 - dropped;
        this.pattern = pattern;
    }

    /** Every value on its own. */
    static INDArray independent(INDArray x, double keep, LayerWorkspaceMgr mgr) {
        INDArray mask =
                mgr.createUninitialized(ArrayType.INPUT, x.dataType(), x.shape(), 'c').assign(1);
        Nd4j.getExecutioner().exec(new DropOutInverted(mask, mask, keep));
        return mask;
    }

    /** x with a new mask applied. */
    INDArray draw(INDArray x, LayerWorkspaceMgr mgr) {
        mask = pattern.draw(x, keep, mgr);
        return mgr.dup(ArrayType.FF_WORKING_MEM, x, 'c').muli(mask);
    }

    /** x as it was in the forward pass of the training step, or x itself if there was none. */
    INDArray again(INDArray x, LayerWorkspaceMgr mgr) {
        return mask == null ? x : mgr.dup(ArrayType.BP_WORKING_MEM, x, 'c').muli(mask);
    }

    /** Applies the mask in place to the gradient of the dropped input. */
    INDArray mask(INDArray gradient) {
        return mask == null ? gradient : gradient.muli(mask);
    }

    void clear() {
        mask = null;
    }
}
