package org.dl4jplugins.align.lora;

import java.util.Collection;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Embeddings: {@code W[id] + scaling A[id] B} with A [vocabulary, rank]. Only the rows of A that a
 * batch uses take gradients, and the table is neither copied nor given a gradient.
 *
 * <p>As in PEFT, A starts as zeros and B as standard normal values, there is no dropout, the
 * padding index takes no gradient, and vertices that share the table, such as a tied output
 * projection, see the base table: {@link LoraMerge} refuses to merge such an embedding, since that
 * would change them too. As PEFT's all-linear does, {@link LoraConfig.Builder#allLinear} leaves
 * embeddings out; name them as targets. DoRA is refused.
 */
public final class EmbeddingKind implements LoraKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public EmbeddingKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return base instanceof TokenEmbedding
                || base.getClass() == EmbeddingLayer.class
                || base.getClass() == EmbeddingSequenceLayer.class;
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        FeedForwardLayer layer = (FeedForwardLayer) base;
        return List.of(
                new LoraMatrix(
                        DefaultParamInitializer.WEIGHT_KEY, layer.getNIn(), layer.getNOut()));
    }

    @Override
    public LoraRuntime runtime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        LoraLayer layer = (LoraLayer) conf.getLayer();
        for (LoraIncrement increment : layer.getIncrements()) {
            if (increment.isDora()) {
                throw new IllegalArgumentException(
                        "Embedding " + layer.getLayerName() + ": dora must be false");
            }
        }
        return layer.getUnderlying() instanceof TokenEmbedding
                ? new TokenEmbeddingLoraRuntime(conf, dataType)
                : new EmbeddingLoraRuntime(conf, dataType);
    }

    @Override
    public boolean allowsDropout() {
        return false;
    }

    @Override
    public boolean onlyIfNamed(Layer base) {
        return true;
    }

    @Override
    public void initialize(LoraIncrement increment, INDArray a, INDArray b, long seed) {
        Random random = new Random(seed);
        double[] values = new double[(int) b.length()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        a.assign(0);
        b.assign(Nd4j.createFromArray(values).reshape('c', b.shape()).castTo(b.dataType()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EmbeddingKind;
    }

    @Override
    public int hashCode() {
        return EmbeddingKind.class.hashCode();
    }
}
