package org.dl4jplugins.cl.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.importance.Sensitivity;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.dl4jplugins.cl.memory.FractionMemory;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.cl.train.ContinualTrainer;
import org.dl4jplugins.cl.train.Toy;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/** Arbiter searching settings of Recurrent-KIF on small tasks. */
class KifSearchTest {

    private static final ContinualScore SCORE = new ContinualScore(1, 0.5);

    private final TaskStream stream = Toy.permuted(3, 60, 10);

    private static OptimizationConfiguration search(CandidateGenerator generator, int candidates) {
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .scoreFunction(SCORE)
                .modelSaver(new InMemoryResultSaver())
                .rngSeed(7)
                .terminationConditions(new MaxCandidatesCondition(candidates))
                .build();
    }

    private static ComputationGraph graph(double learningRate) {
        return Toy.mlp(new Adam(learningRate), DataType.FLOAT, 0, false);
    }

    private LocalOptimizationRunner run(OptimizationConfiguration search) {
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        2,
                        search,
                        new KifTaskCreator.Builder(c -> graph(c.learningRate()), stream)
                                .method(kif -> kif.weightTime(WeightTime.AFTER_STEP))
                                .training(t -> t.budget(Budget.steps(24)).seed(9))
                                .build());
        runner.execute();
        return runner;
    }

    @Test
    void gridTrainsEachCandidateByItsSettings() throws Exception {
        KifSpace space =
                new KifSpace.Builder()
                        .innerSteps(new DiscreteParameterSpace<>(4))
                        .outerSteps(new DiscreteParameterSpace<>(2, 100))
                        .fusion(
                                new DiscreteParameterSpace<>(
                                        FusionKind.PER_TENSOR, FusionKind.UNMASKED))
                        .memory(new DiscreteParameterSpace<>(0.2))
                        .learningRate(new DiscreteParameterSpace<>(1e-5, 2e-2))
                        .build();
        assertEquals(3, space.numParameters());
        LocalOptimizationRunner runner =
                run(
                        search(
                                new GridSearchCandidateGenerator(
                                        space,
                                        2,
                                        GridSearchCandidateGenerator.Mode.Sequential,
                                        null),
                                8));
        assertEquals(4, runner.numCandidatesFailed(), "100 steps on memory exceed the budget");
        Set<KifCandidate> seen = new HashSet<>();
        double best = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < 4; i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            KifCandidate candidate = (KifCandidate) result.getCandidate().getValue();
            seen.add(candidate);
            ContinualResult reached =
                    assertInstanceOf(ContinualResult.class, result.getModelSpecificResults());
            assertEquals(SCORE.of(reached.matrix()), result.getScore(), 1e-12);
            assertEquals(alone(candidate), reached);
            best = Math.max(best, result.getScore());
        }
        assertEquals(4, seen.size());
        assertEquals(best, runner.bestScore());
    }

    /** The same training without Arbiter. */
    private ContinualResult alone(KifCandidate candidate) {
        RecurrentKif.Builder kif =
                new RecurrentKif.Builder()
                        .innerSteps(4)
                        .outerSteps(2)
                        .weightTime(WeightTime.AFTER_STEP)
                        .outerUpdater(new Adam(1e-3));
        kif.fusion(
                candidate.fusion() == FusionKind.PER_TENSOR
                        ? new MaskFusion.Builder().perTensor(true).build()
                        : FusionKind.UNMASKED.create(0));
        return new ContinualTrainer.Builder(
                        graph(candidate.learningRate()), Toy.permuted(3, 60, 10), kif.build())
                .memory(new FractionMemory(0.2, true))
                .budget(Budget.steps(24))
                .seed(9)
                .build()
                .run();
    }

    @Test
    void randomCandidatesLieInTheirRangesAndAreTrained() throws Exception {
        KifSpace space =
                new KifSpace.Builder()
                        .innerSteps(new IntegerParameterSpace(2, 6))
                        .outerSteps(new IntegerParameterSpace(1, 3))
                        .quantile(new ContinuousParameterSpace(0.2, 0.9))
                        .innerSmoothing(new ContinuousParameterSpace(0.1, 0.5))
                        .outerSmoothing(new ContinuousParameterSpace(0.5, 0.9))
                        .deviationSmoothing(new DiscreteParameterSpace<>(0.0, 0.85))
                        .fusion(new DiscreteParameterSpace<>(FusionKind.values()))
                        .memory(new ContinuousParameterSpace(0.1, 0.5))
                        .learningRate(new ContinuousParameterSpace(1e-3, 1e-2))
                        .outerRate(new ContinuousParameterSpace(1e-4, 1e-3))
                        .build();
        LocalOptimizationRunner runner = run(search(new RandomSearchGenerator(space), 6));
        assertEquals(0, runner.numCandidatesFailed());
        for (int i = 0; i < 6; i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            KifCandidate c = (KifCandidate) result.getCandidate().getValue();
            assertTrue(c.innerSteps() >= 2 && c.innerSteps() <= 6, c.toString());
            assertTrue(c.quantile() >= 0.2 && c.quantile() <= 0.9, c.toString());
            assertTrue(c.innerSmoothing() <= 0.5 && c.outerSmoothing() >= 0.5, c.toString());
            String method = ((ContinualResult) result.getModelSpecificResults()).method();
            String inner =
                    new Smoothing(
                                    Sensitivity.FIRST_ORDER,
                                    c.innerSmoothing(),
                                    c.deviationSmoothing(),
                                    c.deviationSmoothing() > 0)
                            .toString();
            assertTrue(method.contains(inner), method);
            assertTrue(method.contains(c.fusion().create(c.quantile()).toString()), method);
        }
    }

    @Test
    void candidatesComeBackFromJson() {
        KifSpace space =
                new KifSpace.Builder()
                        .fusion(new DiscreteParameterSpace<>(FusionKind.SOFT, FusionKind.PAPER))
                        .quantile(new ContinuousParameterSpace(0.1, 0.9))
                        .innerSteps(new IntegerParameterSpace(4, 16))
                        .build();
        OptimizationConfiguration search = search(new RandomSearchGenerator(space), 2);
        OptimizationConfiguration read = OptimizationConfiguration.fromJson(search.toJson());
        assertEquals(search.getCandidateGenerator(), read.getCandidateGenerator());
        assertEquals(SCORE, read.getScoreFunction());
        ParameterSpace<?> again = read.getCandidateGenerator().getParameterSpace();
        read.getCandidateGenerator().getCandidate();
        search.getCandidateGenerator().getCandidate();
        for (double[] at : new double[][] {{0.1, 0.2, 0.3}, {0.9, 0.8, 0.7}}) {
            assertEquals(space.getValue(at), again.getValue(at));
        }
    }

    @Test
    void scoresAreOfTheMatrixThatTheGraphCarries() {
        AccuracyMatrix matrix =
                AccuracyMatrix.of(List.of("a", "b", "c"))
                        .with(90, 10, 10)
                        .with(70, 80, 10)
                        .with(60, 75, 90);
        ComputationGraph graph = Toy.mlp();
        IllegalArgumentException missing =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SCORE.score(graph, DataSource.class, null));
        assertTrue(missing.getMessage().contains("ResultListener"), missing.getMessage());
        graph.setListeners(new ResultListener(new ContinualResult("m", matrix, List.of())));
        assertEquals(75, score(ContinualScore.overallPerformance(), graph), 1e-12);
        assertEquals(-17.5, score(ContinualScore.backwardTransfer(), graph), 1e-12);
        assertEquals(2 * 75 - 3 * 17.5, score(new ContinualScore(2, 3), graph), 1e-12);
        AccuracyMatrix single = AccuracyMatrix.of(List.of("a")).with(90);
        assertEquals(90, ContinualScore.overallPerformance().of(single));
        assertThrows(IllegalStateException.class, () -> SCORE.of(single));
        assertThrows(
                IllegalArgumentException.class, () -> SCORE.score("text", DataSource.class, null));
    }

    private static double score(ContinualScore score, ComputationGraph graph) {
        return score.score(graph, DataSource.class, null);
    }

    @Test
    void badValuesAreRefusedByName() {
        KifSpace.Builder space = new KifSpace.Builder();
        List<Runnable> wrong =
                List.of(
                        () -> space.innerSteps(new IntegerParameterSpace(0, 4)),
                        () -> space.outerSteps(new DiscreteParameterSpace<>(4, 0)),
                        () -> space.quantile(new ContinuousParameterSpace(0.5, 1)),
                        () -> space.innerSmoothing(new DiscreteParameterSpace<>(-0.1)),
                        () -> space.outerSmoothing(new DiscreteParameterSpace<>(1.0)),
                        () -> space.deviationSmoothing(new DiscreteParameterSpace<>(1.5)),
                        () -> space.memory(new ContinuousParameterSpace(0, 0.5)),
                        () -> space.learningRate(new DiscreteParameterSpace<>(0.0)),
                        () -> space.outerRate(new DiscreteParameterSpace<>(-1.0)),
                        () -> new ContinualScore(-1, 0),
                        () -> new ContinualScore(0, Double.NaN),
                        () -> new ContinualScore(0, 0),
                        () -> new KifCandidate(1, 1, 1, 0, 0, 0, FusionKind.SOFT, 0.1, 0.1, 0.1));
        List<String> names =
                List.of(
                        "innerSteps: 0",
                        "outerSteps: 0",
                        "quantile: 1.0",
                        "innerSmoothing: -0.1",
                        "outerSmoothing: 1.0",
                        "deviationSmoothing: 1.5",
                        "memory: 0.0",
                        "learningRate: 0.0",
                        "outerRate: -1.0",
                        "op: -1.0",
                        "bwt: NaN",
                        "op and bwt: 0",
                        "quantile: 1.0");
        for (int i = 0; i < names.size(); i++) {
            Runnable call = wrong.get(i);
            String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
            assertTrue(message.startsWith(names.get(i) + " given, right is"), message);
        }
    }
}
