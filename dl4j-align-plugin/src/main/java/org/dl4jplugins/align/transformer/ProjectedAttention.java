package org.dl4jplugins.align.transformer;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scaled dot-product attention of DL4J's layout: sequences [batch, width, time], projections "Wq",
 * "Wk", "Wv" [heads, headSize, width] and "Wo" [heads * headSize, nOut], or none and one head.
 * Vaswani et al. 2017, section 3.2.
 */
final class ProjectedAttention {
    private static final String[] PROJECTIONS = {"Wq", "Wk", "Wv"};
    private static final double HIDDEN = 1e9;

    private final Map<String, INDArray> params;
    private final boolean projected;
    private final INDArray[] sources = new INDArray[3];
    private final INDArray[] heads = new INDArray[3];
    private final double scale;
    private final INDArray weights;
    private final INDArray values;

    /**
     * The forward pass.
     *
     * @param queries [batch, width, queries]
     * @param input keys and values, [batch, width, time]
     * @param mask [batch, time] of the keys, or null
     * @param params the projections, empty for none
     */
    ProjectedAttention(
            INDArray queries, INDArray input, INDArray mask, Map<String, INDArray> params) {
        this.params = params;
        projected = params.containsKey("Wo");
        sources[0] = wide(queries);
        sources[1] = wide(input);
        sources[2] = sources[1];
        for (int i = 0; i < 3; i++) {
            heads[i] = heads(i, input.size(0));
        }
        scale = 1 / Math.sqrt(heads[0].size(2));
        INDArray scores = Nd4j.matmul(turned(heads[1]), heads[0]).muli(scale);
        if (mask != null) {
            INDArray hidden = mask.sub(1).muli(HIDDEN).reshape(mask.size(0), 1, mask.size(1), 1);
            scores.addi(hidden.broadcast(scores.shape()));
        }
        weights = Nd4j.nn().softmax(scores, 2);
        values = wide(join(Nd4j.matmul(heads[2], weights)));
    }

    /** The result, [batch, nOut, queries]. */
    INDArray output() {
        long batch = weights.size(0);
        return narrow(projected ? params.get("Wo").transpose().mmul(values) : values, batch);
    }

    /**
     * The backward pass.
     *
     * @param epsilon [batch, nOut, queries]
     * @param gradients receives those of the projections, and as "Q" that of the queries
     * @return the gradient of the input as keys and values, [batch, width, time]
     */
    INDArray backward(INDArray epsilon, Map<String, INDArray> gradients) {
        long batch = weights.size(0);
        INDArray delta = wide(epsilon);
        if (projected) {
            INDArray wo = params.get("Wo");
            gradients.put("Wo", values.mmul(delta.transpose()));
            delta = wo.mmul(delta);
        }
        INDArray mixed = split(delta, heads[2].size(1), batch);
        INDArray dWeights = Nd4j.matmul(turned(heads[2]), mixed);
        INDArray mean = dWeights.mul(weights).sum(true, 2).broadcast(weights.shape());
        INDArray dScores = dWeights.subi(mean).muli(weights).muli(scale);
        INDArray[] dHeads = {
            Nd4j.matmul(heads[1], dScores),
            Nd4j.matmul(heads[0], turned(dScores)),
            Nd4j.matmul(mixed, turned(weights))
        };
        INDArray[] dSources = new INDArray[3];
        for (int i = 0; i < 3; i++) {
            dSources[i] = wide(join(dHeads[i]));
            if (projected) {
                INDArray w = matrix(i);
                gradients.put(PROJECTIONS[i], dSources[i].mmul(sources[i].transpose()));
                dSources[i] = w.transpose().mmul(dSources[i]);
            }
        }
        gradients.put("Q", narrow(dSources[0], batch));
        return narrow(dSources[1].addi(dSources[2]), batch);
    }

    /** [batch, heads, headSize, time] of queries, keys or values. */
    private INDArray heads(int i, long batch) {
        INDArray x = projected ? matrix(i).mmul(sources[i]) : sources[i];
        return split(x, projected ? params.get(PROJECTIONS[i]).size(0) : 1, batch);
    }

    private INDArray matrix(int i) {
        INDArray w = params.get(PROJECTIONS[i]);
        return w.reshape('c', w.size(0) * w.size(1), w.size(2));
    }

    /** [batch, width, time] as [width, batch * time]. */
    private static INDArray wide(INDArray x) {
        return x.permute(1, 0, 2).dup('c').reshape('c', x.size(1), x.size(0) * x.size(2));
    }

    /** [width, batch * time] as [batch, width, time]. */
    private static INDArray narrow(INDArray x, long batch) {
        return x.dup('c').reshape('c', x.size(0), batch, x.size(1) / batch).permute(1, 0, 2);
    }

    /** [heads * size, batch * time] as [batch, heads, size, time]. */
    private static INDArray split(INDArray x, long heads, long batch) {
        return x.dup('c')
                .reshape('c', heads, x.size(0) / heads, batch, x.size(1) / batch)
                .permute(2, 0, 1, 3)
                .dup('c');
    }

    /** [batch, heads, size, time] as [batch, heads * size, time]. */
    private static INDArray join(INDArray x) {
        return x.dup('c').reshape('c', x.size(0), x.size(1) * x.size(2), x.size(3));
    }

    private static INDArray turned(INDArray x) {
        return x.permute(0, 1, 3, 2).dup('c');
    }
}
