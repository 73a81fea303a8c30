package org.dl4jplugins.align.lora;

import static org.dl4jplugins.align.lora.AdapterNets.config;
import static org.dl4jplugins.align.lora.AdapterNets.data;
import static org.dl4jplugins.align.lora.AdapterNets.difference;
import static org.dl4jplugins.align.lora.AdapterNets.input;
import static org.dl4jplugins.align.lora.AdapterNets.lora;
import static org.dl4jplugins.align.lora.AdapterNets.plain;
import static org.dl4jplugins.align.lora.AdapterNets.two;
import static org.dl4jplugins.align.lora.AdapterNets.values;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;

/** Which adapters learn, and which stay where they are. */
@SuppressWarnings("try") // scopes are closed, not used
class AdapterLearningTest {
    private static final DataType D = DataType.DOUBLE;

    @Test
    void trainingInsideADisabledScopeIsReported() {
        ComputationGraph graph = two(D);
        DisabledAdapters off = Adapters.of(graph).disable();
        graph.fit(data(D));
        IllegalStateException e = assertThrows(IllegalStateException.class, off::close);
        assertTrue(e.getMessage().contains("1 steps"), e.getMessage());
        assertEquals(List.of("two"), Adapters.of(graph).active());
    }

    @Test
    void anAddedAdapterStartsAsTheBaseAndAloneLearns() {
        ComputationGraph first = lora(plain(D), config("one", 2).modulesToSave("head"));
        for (int i = 0; i < 5; i++) {
            first.fit(data(D));
        }
        ComputationGraph both =
                Adapters.of(first).add(config("two", 3).dora(true).updater(new Adam(0.1)).build());
        INDArray x = input(D, 6, 4);
        try (DisabledAdapters off = Adapters.of(first).disable()) {
            assertTrue(difference(first.outputSingle(x), both.outputSingle(x)) < 1e-12);
        }
        Map<String, INDArray> one = values(first, "0");
        assertEquals(one, values(both, "0"));
        INDArray before = first.outputSingle(x);
        for (int i = 0; i < 5; i++) {
            both.fit(data(D));
        }
        assertEquals(one, values(both, "0"));
        assertEquals(before, first.outputSingle(x));
        assertNotEquals(0, values(both, "1").get("a_W.loraB.1").normmaxNumber().doubleValue());
        assertEquals(List.of("two"), Adapters.of(both).trained());
    }

    @ParameterizedTest
    @EnumSource(BasePlacement.class)
    void onlyTrainedAdaptersMoveAndTheirStateIsKept(BasePlacement placement) {
        ComputationGraph first = lora(plain(D), config("one", 2).base(placement));
        ComputationGraph second = Adapters.of(first).add(config("two", 2).build());
        ComputationGraph both = Adapters.of(second).train("one", "two");
        assertEquals(List.of("one", "two"), Adapters.of(both).active());
        for (int i = 0; i < 4; i++) {
            both.fit(data(D));
        }
        ComputationGraph two = Adapters.of(both).train("two");
        assertEquals(4, two.getIterationCount());
        Map<String, INDArray> one = values(both, "0");
        INDArray state = both.getUpdater().getUpdaterStateViewArray();
        INDArray kept = two.getUpdater().getUpdaterStateViewArray();
        assertEquals(state.length(), 2 * kept.length());
        assertTrue(kept.normmaxNumber().doubleValue() > 0);
        // one step of both and of two alone is the same for two, as its state is there
        both.fit(data(D));
        two.fit(data(D));
        values(both, "1")
                .forEach(
                        (key, value) ->
                                assertTrue(
                                        difference(value, values(two, "1").get(key)) < 1e-12, key));
        assertEquals(one, values(two, "0"));
        assertNotEquals(one, values(both, "0"));
        ComputationGraph back = Adapters.of(two).train("one");
        assertEquals(0, back.getIterationCount(), "everything that learns is new");
        assertEquals(values(two, "1"), values(back, "1"));
    }

    @Test
    void anAdapterThatIsSwitchedOffStaysWhereItIs() {
        for (IUpdater updater :
                List.of(
                        new Adam(0.05),
                        new AdaMax(0.05),
                        new Nadam(0.05),
                        new AMSGrad(0.05),
                        new Nesterovs(0.05, 0.9),
                        new RmsProp(0.05),
                        new AdaGrad(0.05),
                        new AdaDelta())) {
            ComputationGraph graph =
                    Adapters.of(
                                    Adapters.of(lora(plain(D), config("one", 2).updater(updater)))
                                            .add(config("two", 2).updater(updater).build()))
                            .train("one", "two");
            for (int i = 0; i < 3; i++) {
                graph.fit(data(D));
            }
            Adapters.of(graph).activate("two");
            Map<String, INDArray> one = values(graph, "0");
            Map<String, INDArray> two = values(graph, "1");
            for (int i = 0; i < 3; i++) {
                graph.fit(data(D));
            }
            assertEquals(one, values(graph, "0"), updater.toString());
            assertNotEquals(two, values(graph, "1"), updater.toString());
        }
    }
}
