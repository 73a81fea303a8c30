package org.dl4jplugins.mtl.gradient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Collections;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.Acceleration;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.mtl.model.ResNet18;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Sgd;

/** Accelerated layers keep their forward state: no snapshot, the same task gradients. */
class AcceleratedTaskGradientsTest {

    private static ComputationGraph net() {
        return new ResNet18.Builder()
                .task("task0", Nets.CLASSES)
                .task("task1", Nets.CLASSES)
                .task("task2", Nets.CLASSES)
                .input(1, 36, 36)
                .width(8)
                .updater(new Sgd(1e-3))
                .seed(3)
                .build()
                .init();
    }

    private static int count(Acceleration done, String kind) {
        return Collections.frequency(done.accelerated().values(), kind);
    }

    @Test
    void equalStockLayers() {
        ComputationGraph stock = net();
        ComputationGraph accelerated = net();
        MultiDataSet batch = Nets.batch(DataType.FLOAT, 3, 1, 6, 1, 36, 36);
        INDArray start = stock.params().dup();
        Exactness.Recorder expected = new Exactness.Recorder();
        Exactness.Recorder actual = new Exactness.Recorder();
        stock.setListeners(expected);
        accelerated.setListeners(actual);
        stock.fit(batch);
        // The listener has already seen the graph: exchanged layers must not confuse it.
        accelerated.fit(batch);
        Acceleration done = Accelerator.accelerate(accelerated);
        assertNull(done.obstacle());
        assertEquals(Map.of(), done.stock());
        assertEquals(20, count(done, "convolution"));
        assertEquals(20, count(done, "batch norm"));
        assertEquals(8, count(done, "addition"));
        for (int i = 1; i < 4; i++) {
            stock.params().assign(start);
            accelerated.params().assign(start);
            stock.fit(batch);
            accelerated.fit(batch);
            INDArray e = expected.matrices.get(i);
            INDArray a = actual.matrices.get(i);
            for (int t = 0; t < 3; t++) {
                assertEquals(0, Exactness.distance(a.getRow(t), e.getRow(t)), 1e-5);
                assertEquals(expected.losses.get(i)[t], actual.losses.get(i)[t], 1e-5);
            }
        }
        assertEquals(41, actual.gramians.get(0).layers().size());
    }
}
