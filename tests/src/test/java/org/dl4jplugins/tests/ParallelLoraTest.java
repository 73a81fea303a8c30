package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraMerge;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** A language model with adapters trains in DL4J's ParallelWrapper. */
class ParallelLoraTest {

    @Test
    @SuppressWarnings("try") // DL4J's close() may be interrupted
    void onlyIncrementsLearn() throws Exception {
        ComputationGraph base =
                ModelFamilies.standard()
                        .init(
                                new LlamaConfig.Builder(11)
                                        .hiddenSize(8)
                                        .intermediateSize(12)
                                        .blocks(1)
                                        .heads(2)
                                        .keyValueHeads(1)
                                        .maxPositions(8)
                                        .build(),
                                ModelOptions.defaults());
        LoraConfig config =
                new LoraConfig.Builder().allLinear().rank(2).updater(new Adam(0.05)).build();
        ComputationGraph adapted =
                new LoraTransformer.Builder(base).config(config).build().transform();
        INDArray ids = Nd4j.createFromArray(new float[][] {{1, 5, 7, 2}});
        List<DataSet> data = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            data.add(new DataSet(ids, ids));
        }
        double before = adapted.score(data.get(0));
        try (ParallelWrapper wrapper =
                new ParallelWrapper.Builder<>(adapted)
                        .workers(2)
                        .averagingFrequency(1)
                        .prefetchBuffer(2)
                        .build()) {
            for (int epoch = 0; epoch < 5; epoch++) {
                wrapper.fit(new ListDataSetIterator<>(data, 2));
            }
        }
        assertTrue(adapted.score(data.get(0)) < before - 0.05);
        assertTrue(Adapters.of(adapted).names().contains("default"));
        assertEquals(base.params(), LoraMerge.unload(adapted).params());
    }
}
