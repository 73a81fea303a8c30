package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.cl.baseline.AdapterPerTask;
import org.dl4jplugins.cl.baseline.DarkExperienceReplay;
import org.dl4jplugins.cl.baseline.Ewc;
import org.dl4jplugins.cl.baseline.Gem;
import org.dl4jplugins.cl.baseline.LearningWithoutForgetting;
import org.dl4jplugins.cl.baseline.MagnitudeMerge;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.baseline.OLora;
import org.dl4jplugins.cl.baseline.SynapticIntelligence;
import org.dl4jplugins.cl.baseline.Tasl;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.EarlyStopping;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/** Continual learning by increments on a transformer whose own weights stand still. */
class ContinualLoraTest {
    private static final String LORA = ".*\\.lora[AB]\\..*";

    static List<Arguments> methods() {
        Map<String, Supplier<ContinualMethod>> methods = new TreeMap<>();
        methods.put("KIF", ContinualLoraTest::kif);
        methods.put("O-LoRA", () -> new OLora.Builder().build());
        methods.put("adapter per task", AdapterPerTask::new);
        methods.put("TaSL", () -> new Tasl.Builder().parameters(LORA).build());
        methods.put("merge", () -> new MagnitudeMerge.Builder().parameters(LORA).build());
        methods.put("LwF", LearningWithoutForgetting::new);
        methods.put("DER++", DarkExperienceReplay::new);
        methods.put("GEM", Gem::new);
        methods.put("SI", SynapticIntelligence::new);
        methods.put("EWC", () -> Ewc.online(10, 1, 8));
        List<Arguments> all = new ArrayList<>();
        for (BasePlacement placement : BasePlacement.values()) {
            methods.forEach((name, make) -> all.add(Arguments.of(name, placement, make)));
        }
        return all;
    }

    private static ContinualMethod kif() {
        return new RecurrentKif.Builder().innerSteps(2).outerSteps(1).parameters(LORA).build();
    }

    /** Every method trains the increments only, and goes on from a checkpoint bit by bit. */
    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("methods")
    void killedItEndsWithTheSameBits(
            String name,
            BasePlacement placement,
            Supplier<ContinualMethod> method,
            @TempDir Path folder) {
        ComputationGraph base = TextTasks.encoder();
        INDArray before = base.params().dup();
        ComputationGraph whole = TextTasks.adapted(base, placement, 0.1, 3);
        Map<String, INDArray> frozen = frozen(whole);
        ContinualResult expected = training(whole, method.get(), 6).build().run();
        assertEquals(frozen, frozen(whole));
        assertTrue(whole.getParam(TextTasks.QUERY + "_W.loraB.0").norm1Number().doubleValue() > 0);

        Path file = folder.resolve("checkpoint");
        Progress dies =
                new Progress() {
                    @Override
                    public void step(Learner learner, double loss) {
                        if (learner.steps() >= 10) {
                            throw new IllegalStateException("killed");
                        }
                    }
                };
        ContinualTrainer first =
                training(TextTasks.adapted(base, placement, 0.1, 3), method.get(), 6)
                        .checkpoint(file, 3)
                        .progress(dies)
                        .build();
        assertEquals("killed", assertThrows(IllegalStateException.class, first::run).getMessage());
        ComputationGraph second = TextTasks.adapted(base, placement, 0.1, 3);
        ContinualResult result =
                training(second, method.get(), 6).checkpoint(file, 3).build().run();
        assertEquals(expected, result);
        assertArrayEquals(whole.params().toFloatVector(), second.params().toFloatVector());
        assertEquals(before, base.params());
    }

    /** Where the base lives makes no difference to what is learned. */
    @Test
    void bothPlacementsLearnTheSame() {
        ComputationGraph base = TextTasks.encoder();
        ComputationGraph inside = TextTasks.adapted(base, BasePlacement.INSIDE, 0, 3);
        ComputationGraph shared = TextTasks.adapted(base, BasePlacement.SHARED, 0, 3);
        assertTrue(shared.numParams() < inside.numParams());
        training(inside, kif(), 6).build().run();
        training(shared, kif(), 6).build().run();
        Map<String, INDArray> there = shared.paramTable();
        int compared = 0;
        for (Map.Entry<String, INDArray> entry : inside.paramTable().entrySet()) {
            if (entry.getKey().matches(LORA)) {
                INDArray difference = entry.getValue().sub(there.get(entry.getKey()));
                assertEquals(0, difference.normmaxNumber().doubleValue(), 1e-5, entry.getKey());
                compared++;
            }
        }
        assertEquals(2 * 2 * 2 * 3, compared);
    }

    @Test
    void tasksAreLearnedAndIsolatedOnesNotForgotten() {
        ContinualResult naive = learned(new Naive());
        ContinualResult own = learned(new AdapterPerTask());
        ContinualResult kif =
                learned(new RecurrentKif.Builder().outerUpdater(new Adam(0.01)).build());
        for (int task = 0; task < 3; task++) {
            assertTrue(own.matrix().accuracy(task, task) > 85, own.toString());
        }
        assertEquals(0, own.matrix().backwardTransfer());
        assertTrue(naive.matrix().backwardTransfer() < -10, naive.toString());
        assertTrue(
                kif.matrix().overallPerformance() > naive.matrix().overallPerformance(),
                naive + "\n" + kif);
    }

    @Test
    void oLoraNeedsActiveAdaptersThatLearn() {
        ComputationGraph graph = TextTasks.adapted(TextTasks.encoder(), BasePlacement.INSIDE, 0, 3);
        ComputationGraph one = Adapters.of(graph).train("t0");
        ContinualTrainer.Builder frozen = training(one, new OLora.Builder().build(), 4);
        String message = assertThrows(IllegalArgumentException.class, frozen::build).getMessage();
        assertTrue(message.contains("[0]") && message.contains("3 tasks"), message);
        Adapters.of(graph).activate("t0", "t2");
        ContinualTrainer off = training(graph, new OLora.Builder().build(), 4).build();
        message = assertThrows(IllegalStateException.class, off::run).getMessage();
        assertTrue(message.contains("number 1") && message.contains("active"), message);
    }

    private static ContinualResult learned(ContinualMethod method) {
        ComputationGraph graph = TextTasks.adapted(TextTasks.encoder(), BasePlacement.SHARED, 0, 3);
        return new ContinualTrainer.Builder(graph, TextTasks.stream(3, 40), method)
                .memory(new FractionMemory(0.1, true))
                .budget(Budget.steps(60))
                .scoreBefore(false)
                .build()
                .run();
    }

    private static ContinualTrainer.Builder training(
            ComputationGraph graph, ContinualMethod method, int steps) {
        return new ContinualTrainer.Builder(graph, TextTasks.stream(3, 16), method)
                .memory(new FractionMemory(0.25, true))
                .earlyStopping(new EarlyStopping(4, 0, 8))
                .budget(Budget.steps(steps))
                .scoreBefore(false);
    }

    private static Map<String, INDArray> frozen(ComputationGraph graph) {
        Map<String, INDArray> frozen = new TreeMap<>();
        graph.paramTable()
                .forEach(
                        (name, value) -> {
                            if (!name.matches(LORA) && !name.startsWith("class_")) {
                                frozen.put(name, value.dup());
                            }
                        });
        return frozen;
    }
}
