package org.dl4jplugins.align.lora;

import java.util.Collection;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.align.transformer.TokenIds;
import org.dl4jplugins.align.transformer.TokenVectors;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A token embedding whose table other vertices use too, such as a tied output projection: they see
 * the table with its increments, and their gradients reach the increments.
 */
final class TokenVectorsRuntime extends WeightSpaceRuntime implements TokenVectors {
    private static final long serialVersionUID = 1L;

    TokenVectorsRuntime(
            NeuralNetConfiguration conf,
            Collection<TrainingListener> listeners,
            int index,
            DataType dataType) {
        super(conf, listeners, index, dataType);
    }

    private TokenVectors table() {
        return (TokenVectors) inner;
    }

    @Override
    public INDArray vectors() {
        refresh();
        return table().vectors();
    }

    @Override
    public void addProjectionGradient(INDArray logitsGradient, INDArray hidden) {
        if (!isFrozen()) {
            prepareGradients();
            table().addProjectionGradient(logitsGradient, hidden);
        }
    }

    @Override
    public void addLookupGradient(TokenIds ids, INDArray gradient, boolean afterOwner) {
        if (!isFrozen()) {
            prepareGradients();
            table().addLookupGradient(ids, gradient, afterOwner);
            if (afterOwner) {
                finish(new Pair<>());
            }
        }
    }
}
