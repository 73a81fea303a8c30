package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

class NoisedIteratorTest {

    private static NoisedIterator iterator() {
        ImageTextObjective objective = ImageTextObjective.biDiffuser(Pairs.CONFIG, 1).build();
        MultiDataSetIterator clean = new Batches(List.of(Pairs.batch(1, 3), Pairs.batch(2, 3)));
        return new NoisedIterator(clean, objective, 7);
    }

    @Test
    void noiseFollowsFromSeedAndStep() {
        NoisedIterator first = iterator();
        INDArray a = first.next().getFeatures(0);
        INDArray b = first.next().getFeatures(0);
        first.reset();
        INDArray secondEpoch = first.next().getFeatures(0);
        assertNotEquals(a, secondEpoch);
        assertEquals(3, first.step());
        NoisedIterator again = iterator();
        assertEquals(a, again.next().getFeatures(0));
        NoisedIterator resumed = iterator();
        resumed.next();
        resumed.setStep(1);
        assertEquals(b, resumed.next().getFeatures(0));
    }

    @Test
    void ordinaryFitConsumesEachBatchOnce() {
        ComputationGraph graph = Pairs.graph(Pairs.CONFIG);
        NoisedIterator data = iterator();
        graph.fit(data, 2);
        assertEquals(4, data.step());
        assertEquals(4, graph.getIterationCount());
    }
}
