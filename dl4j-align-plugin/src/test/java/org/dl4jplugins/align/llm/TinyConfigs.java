package org.dl4jplugins.align.llm;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Very small models with new weights, and a batch. */
final class TinyConfigs {
    static final INDArray IDS = Nd4j.createFromArray(new float[][] {{1, 5, 7, 2}, {3, 3, 9, 0}});
    static final INDArray NEXT = Nd4j.createFromArray(new float[][] {{5, 7, 2, 4}, {3, 9, 6, 0}});
    static final INDArray MASK = Nd4j.createFromArray(new float[][] {{1, 1, 1, 1}, {1, 1, 1, 0}});

    private TinyConfigs() {}

    static HfConfig llama() {
        return new LlamaConfig.Builder(11)
                .hiddenSize(8)
                .intermediateSize(12)
                .blocks(2)
                .heads(4)
                .keyValueHeads(2)
                .maxPositions(16)
                .build();
    }

    static HfConfig t5() {
        return new T5Config.Builder(11)
                .hiddenSize(8)
                .intermediateSize(12)
                .blocks(2)
                .heads(2, 3)
                .gated(true)
                .build();
    }

    static HfConfig bert() {
        return new BertConfig.Builder(11)
                .hiddenSize(8)
                .intermediateSize(12)
                .blocks(2)
                .heads(2)
                .maxPositions(6)
                .build();
    }
}
