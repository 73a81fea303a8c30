package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffLayer;
import org.dl4jplugins.align.transformer.LearnedSelfAttention;
import org.dl4jplugins.align.transformer.RecurrentAttention;
import org.dl4jplugins.align.transformer.SelfAttention;
import org.dl4jplugins.align.transformer.SelfAttentionRepair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's attention layers with a correct backward pass, {@link SelfAttention}, {@link
 * LearnedSelfAttention} and {@link RecurrentAttention}: projections "Wq", "Wk", "Wv" [heads,
 * headSize, in] as matrices [in, heads * headSize], "Wo", and the recurrent "W" and "RW".
 *
 * <p>Stock layers are refused, as their gradients are wrong: {@link SelfAttentionRepair} first. The
 * increments are added to the weights before each pass; dropout on their input is not possible.
 */
public final class AttentionKind extends WeightSpaceKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public AttentionKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base instanceof SelfAttentionLayer
                || base instanceof LearnedSelfAttentionLayer
                || base instanceof RecurrentAttentionLayer;
    }

    /**
     * The projections.
     *
     * @throws IllegalArgumentException if the layer is a stock one
     */
    @Override
    public List<LoraMatrix> matrices(Layer base) {
        boolean correct =
                base instanceof SelfAttention
                        || base instanceof LearnedSelfAttention
                        || base instanceof RecurrentAttention;
        if (!correct) {
            throw new IllegalArgumentException(
                    "Layer "
                            + base.getLayerName()
                            + " of type "
                            + base.getClass().getSimpleName()
                            + " hands on wrong gradients in this version of DL4J; replace it by"
                            + " SelfAttentionRepair before adding increments");
        }
        SDLayerParams params = new SDLayerParams();
        ((SameDiffLayer) base).defineParameters(params);
        List<LoraMatrix> matrices = new ArrayList<>();
        params.getWeightParams()
                .forEach(
                        (key, shape) -> {
                            if (shape.length == 3 && key.startsWith("W")) {
                                matrices.add(new LoraMatrix(key, shape[2], shape[0] * shape[1]));
                            } else if (shape.length == 2) {
                                matrices.add(new LoraMatrix(key, shape[0], shape[1]));
                            }
                        });
        return matrices;
    }

    @Override
    public INDArray view(LoraMatrix matrix, INDArray parameter) {
        return parameter.rank() == 3
                ? parameter.reshape('c', matrix.out(), matrix.in()).transpose()
                : parameter;
    }
}
