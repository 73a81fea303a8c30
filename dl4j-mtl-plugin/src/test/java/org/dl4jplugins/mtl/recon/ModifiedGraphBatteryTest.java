package org.dl4jplugins.mtl.recon;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.dl4jplugins.core.testing.LayerBattery;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The layer battery on whole modified networks: stacks, slices, repetitions, batch norm. */
class ModifiedGraphBatteryTest {

    @TestFactory
    Stream<DynamicTest> feedForward() {
        return battery(TestNets.mlp(), "d1", "d3");
    }

    @TestFactory
    Stream<DynamicTest> branches() {
        return battery(TestNets.branches(), "d3", "e1");
    }

    private static Stream<DynamicTest> battery(TestNets.Case c, String... split) {
        String json =
                new ReconTransformer.Builder(c.net())
                        .layers(split)
                        .build()
                        .transform()
                        .getConfiguration()
                        .toJson();
        return LayerBattery.of(() -> ComputationGraphConfiguration.fromJson(json))
                .inputs(c.data().getFeatures())
                .labels(c.data().getLabels())
                .seeds(7)
                .tests();
    }
}
