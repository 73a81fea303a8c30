package org.dl4jplugins.cl.baseline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.EarlyStopping;
import org.dl4jplugins.cl.train.Learner;
import org.dl4jplugins.cl.train.Progress;
import org.dl4jplugins.cl.train.Toy;

/** Trains by a method under test. */
final class Trials {

    private Trials() {}

    /** A training of so many steps per task. */
    static ContinualTrainer.Builder train(
            ComputationGraph graph, TaskStream stream, ContinualMethod method, int steps) {
        return new ContinualTrainer.Builder(graph, stream, method)
                .memory(new FractionMemory(0.1, true))
                .budget(Budget.steps(steps))
                .scoreBefore(false);
    }

    /** Requires that a training killed amid each task and resumed ends with the same bits. */
    static void resumes(
            Supplier<ComputationGraph> model, Supplier<ContinualMethod> method, Path folder) {
        ComputationGraph whole = model.get();
        ContinualResult expected = brief(whole, method).build().run();
        for (int death : new int[] {4, 26, 47}) {
            Path file = folder.resolve("at" + death);
            Progress dies =
                    new Progress() {
                        @Override
                        public void step(Learner learner, double loss) {
                            if (learner.steps() >= death) {
                                throw new IllegalStateException("killed");
                            }
                        }
                    };
            ContinualTrainer first =
                    brief(model.get(), method).checkpoint(file, 1).progress(dies).build();
            assertThrows(IllegalStateException.class, first::run);
            ComputationGraph second = model.get();
            ContinualResult result = brief(second, method).checkpoint(file, 1).build().run();
            assertEquals(expected, result);
            assertArrayEquals(
                    whole.params().toDoubleVector(), second.params().toDoubleVector(), 0.0);
        }
    }

    private static ContinualTrainer.Builder brief(
            ComputationGraph graph, Supplier<ContinualMethod> method) {
        return train(graph, Toy.permuted(3, 50, 10), method.get(), 20)
                .earlyStopping(new EarlyStopping(6, 0, 20));
    }
}
