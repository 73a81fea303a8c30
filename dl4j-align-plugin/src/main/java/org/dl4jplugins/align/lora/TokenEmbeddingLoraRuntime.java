package org.dl4jplugins.align.lora;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.dl4jplugins.align.transformer.TokenIds;
import org.dl4jplugins.align.transformer.TokenVectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A token embedding with increments; others who use its table see the frozen base. */
final class TokenEmbeddingLoraRuntime extends EmbeddingLoraRuntime implements TokenVectors {
    private static final long serialVersionUID = 1L;

    TokenEmbeddingLoraRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public INDArray vectors() {
        return base(DefaultParamInitializer.WEIGHT_KEY);
    }

    @Override
    public void addProjectionGradient(INDArray logitsGradient, INDArray hidden) {
        // the base is frozen
    }

    @Override
    public void addLookupGradient(TokenIds ids, INDArray gradient, boolean afterOwner) {
        // the base is frozen
    }
}
