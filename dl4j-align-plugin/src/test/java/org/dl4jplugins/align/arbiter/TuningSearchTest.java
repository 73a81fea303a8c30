package org.dl4jplugins.align.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.arbiter.scoring.impl.EvaluationScoreFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.ila.AdaptedMatrix;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraPlan;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** Arbiter searching settings of LoRA and ILA. */
class TuningSearchTest {

    private final ComputationGraph graph = Wave.graph();

    private static OptimizationConfiguration search(CandidateGenerator generator, int candidates) {
        Properties properties = new Properties();
        properties.setProperty("examples", "96");
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .dataSource(Wave.class, properties)
                .scoreFunction(new EvaluationScoreFunction(Evaluation.Metric.ACCURACY))
                .modelSaver(new InMemoryResultSaver())
                .rngSeed(7)
                .terminationConditions(new MaxCandidatesCondition(candidates))
                .build();
    }

    private static CandidateGenerator grid(ParameterSpace<?> space, int steps) {
        return new GridSearchCandidateGenerator(
                space, steps, GridSearchCandidateGenerator.Mode.Sequential, null);
    }

    private static LocalOptimizationRunner run(
            OptimizationConfiguration search, TaskCreator creator) {
        LocalOptimizationRunner runner = new LocalOptimizationRunner(2, search, creator);
        runner.execute();
        return runner;
    }

    private static LoraConfig.Builder fixed() {
        return new LoraConfig.Builder().modulesToSave("out").seed(3);
    }

    private static double accuracy(Object model) {
        return new EvaluationScoreFunction(Evaluation.Metric.ACCURACY)
                .score(model, Wave.class, examples());
    }

    private static Properties examples() {
        Properties properties = new Properties();
        properties.setProperty("examples", "96");
        return properties;
    }

    @Test
    void gridOverLora() throws Exception {
        LoraSpace space =
                new LoraSpace.Builder()
                        .targets(new DiscreteParameterSpace<>("second,third", "first", "none"))
                        .rank(new DiscreteParameterSpace<>(1, 4))
                        .alpha(new DiscreteParameterSpace<>(8.0))
                        .learningRate(new DiscreteParameterSpace<>(1e-5, 3e-2))
                        .build();
        assertEquals(3, space.numParameters());
        INDArray before = graph.params().dup();
        LocalOptimizationRunner runner =
                run(
                        search(grid(space, 3), 12),
                        new LoraTaskCreator(graph, TuningSearchTest::fixed, 60));
        assertEquals(before, graph.params());
        assertEquals(4, runner.numCandidatesFailed(), "targets 'none' match nothing");
        Set<String> seen = new HashSet<>();
        double slow = 0;
        double fast = 0;
        for (int i = 0; i < 8; i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            LoraCandidate candidate = (LoraCandidate) result.getCandidate().getValue();
            seen.add(candidate.toString());
            LoraPlan plan = assertInstanceOf(LoraPlan.class, result.getModelSpecificResults());
            assertEquals(candidate.targets().equals("first") ? 1 : 2, plan.targets().size());
            assertEquals(candidate.rank(), plan.config().rank());
            assertEquals(
                    result.getScore(),
                    accuracy(runner.getResults().get(i).getResultModel()),
                    1e-9,
                    "the saved model is the one that was scored");
            if (candidate.learningRate() < 1e-3) {
                slow = Math.max(slow, result.getScore());
            } else {
                fast = Math.max(fast, result.getScore());
            }
        }
        assertEquals(8, seen.size());
        assertTrue(fast > slow + 0.1, slow + ", " + fast);
        assertEquals(fast, runner.bestScore());
    }

    @Test
    void gridOverIla() throws Exception {
        LoraConfig config = fixed().allLinear().exclude("out").updater(new Adam(0.03)).build();
        ComputationGraph start =
                new LoraTransformer.Builder(graph).config(config).build().transform();
        ComputationGraph stable = start.clone();
        stable.fit((MultiDataSetIterator) new Wave().trainData(), 20);
        INDArray before = start.params().dup();
        INDArray after = stable.params().dup();
        IlaSpace space =
                new IlaSpace.Builder()
                        .kept(new DiscreteParameterSpace<>(0.3, 0.7))
                        .scoreRate(new DiscreteParameterSpace<>(0.01, 0.5))
                        .scoreSteps(new DiscreteParameterSpace<>(5))
                        .build();
        LocalOptimizationRunner runner =
                run(search(grid(space, 2), 4), new IlaTaskCreator(start, stable, 40, 3));
        assertEquals(0, runner.numCandidatesFailed());
        assertEquals(before, start.params());
        assertEquals(after, stable.params());
        for (int i = 0; i < 4; i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            IlaCandidate candidate = (IlaCandidate) result.getCandidate().getValue();
            LayerSignificance scores =
                    assertInstanceOf(LayerSignificance.class, result.getModelSpecificResults());
            ComputationGraph model = (ComputationGraph) runner.getResults().get(i).getResultModel();
            List<String> learning = new ArrayList<>();
            AdaptedMatrix.of(model).forEach(layer -> learning.add(layer.name()));
            assertEquals(scores.keepMost(candidate.kept()).keptNames(), learning);
            double moved = 0;
            for (double s : scores.scores()) {
                moved = Math.max(moved, Math.abs(s - 4));
            }
            assertTrue(moved > 0.5 * candidate.scoreRate() * candidate.scoreSteps());
            assertTrue(moved < 2 * candidate.scoreRate() * candidate.scoreSteps());
        }
    }

    @Test
    void randomCandidatesLieInTheirRanges() {
        LoraSpace space =
                new LoraSpace.Builder()
                        .rank(new IntegerParameterSpace(2, 16))
                        .alpha(new ContinuousParameterSpace(1.0, 32.0))
                        .dropout(new ContinuousParameterSpace(0, 0.5))
                        .learningRate(new ContinuousParameterSpace(1e-4, 1e-2))
                        .build();
        RandomSearchGenerator generator = new RandomSearchGenerator(space);
        generator.setRngSeed(new Random(1).nextLong());
        Set<Integer> ranks = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            LoraCandidate candidate = (LoraCandidate) generator.getCandidate().getValue();
            ranks.add(candidate.rank());
            assertTrue(candidate.rank() >= 2 && candidate.rank() <= 16);
            assertTrue(candidate.dropout() <= 0.5);
            assertEquals(LoraCandidate.ALL_LINEAR, candidate.targets());
        }
        assertTrue(ranks.size() > 5);
    }

    @Test
    void spacesComeBackFromJson() {
        for (ParameterSpace<?> space :
                List.of(
                        new LoraSpace.Builder()
                                .targets(new DiscreteParameterSpace<>("q,v", "all-linear"))
                                .rank(new IntegerParameterSpace(2, 16))
                                .build(),
                        new IlaSpace.Builder()
                                .kept(new ContinuousParameterSpace(0.1, 0.9))
                                .scoreSteps(new IntegerParameterSpace(10, 100))
                                .build())) {
            OptimizationConfiguration search = search(new RandomSearchGenerator(space), 2);
            OptimizationConfiguration read = OptimizationConfiguration.fromJson(search.toJson());
            assertEquals(search.getCandidateGenerator(), read.getCandidateGenerator());
            assertEquals(
                    space.getClass(), read.getCandidateGenerator().getParameterSpace().getClass());
            read.getCandidateGenerator().getCandidate();
        }
    }

    @Test
    void badValuesAreRefusedByName() {
        LoraSpace.Builder lora = new LoraSpace.Builder();
        IlaSpace.Builder ila = new IlaSpace.Builder();
        for (Runnable wrong :
                List.<Runnable>of(
                        () -> lora.rank(new IntegerParameterSpace(0, 4)),
                        () -> lora.alpha(new DiscreteParameterSpace<>(1.0, 0.0)),
                        () -> lora.dropout(new ContinuousParameterSpace(0, 1)),
                        () -> lora.learningRate(new DiscreteParameterSpace<>(-1.0)),
                        () -> ila.kept(new DiscreteParameterSpace<>(0.5, 1.5)),
                        () -> ila.scoreRate(new DiscreteParameterSpace<>(0.0)),
                        () -> ila.scoreSteps(new IntegerParameterSpace(0, 4)),
                        () -> new LoraTaskCreator(graph, TuningSearchTest::fixed, 0),
                        () -> new IlaTaskCreator(graph, graph, 1, 0),
                        () -> new LoraCandidate(" , ", 1, 1, 0, 1))) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, wrong::run);
            assertTrue(refused.getMessage().contains("given, right is"), refused.getMessage());
        }
    }
}
