package org.dl4jplugins.mtl.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.conf.updater.AdamSpace;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GeneticSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.generator.genetic.population.PopulationModel;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.metric.TaskEvaluator;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;

/** Arbiter 1.0.0-beta7 searching Recon's settings on DL4J 1.0.0-M2.1. */
class ReconSearchTest {

    private final ComputationGraph graph = TwoTasks.graph();
    private final ConflictReport report = TwoTasks.report(graph);

    private ReconSpace.Builder kAndS() {
        return new ReconSpace.Builder(report)
                .topK(new IntegerParameterSpace(0, 3))
                .severity(new DiscreteParameterSpace<>(0.0, -0.1));
    }

    private static OptimizationConfiguration.Builder search(
            CandidateGenerator generator, ScoreFunction score, int candidates) {
        Properties properties = new Properties();
        properties.setProperty("examples", "48");
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .dataSource(TwoTasks.class, properties)
                .scoreFunction(score)
                .modelSaver(new InMemoryResultSaver())
                .rngSeed(7)
                .terminationConditions(new MaxCandidatesCondition(candidates));
    }

    private LocalOptimizationRunner run(OptimizationConfiguration search, int epochs) {
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        2,
                        search,
                        new ReconTaskCreator.Builder(graph, report).epochs(epochs).build());
        runner.execute();
        return runner;
    }

    @Test
    void gridFindsTheBestKAndS() throws Exception {
        DeltaMScore score = new DeltaMScore(TwoTasks.singleTask());
        GridSearchCandidateGenerator grid =
                new GridSearchCandidateGenerator(
                        kAndS().build(), 4, GridSearchCandidateGenerator.Mode.Sequential, null);
        assertEquals(8, grid.getTotalNumCandidates());
        INDArray before = graph.params().dup();
        LocalOptimizationRunner runner = run(search(grid, score, 8).build(), 20);
        assertEquals(0, runner.numCandidatesFailed());
        assertEquals(8, runner.getResults().size());
        assertEquals(before, graph.params());
        Set<String> seen = new HashSet<>();
        double best = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < 8; i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            ReconCandidate candidate = (ReconCandidate) result.getCandidate().getValue();
            seen.add(candidate.topK() + " at " + candidate.severity());
            ComputationGraph model = (ComputationGraph) runner.getResults().get(i).getResultModel();
            ReconPlan plan = (ReconPlan) result.getModelSpecificResults();
            assertEquals(candidate.topK(), plan == null ? 0 : plan.split().size());
            assertEquals(
                    graph.numParams() + (plan == null ? 0 : plan.addedParameters()),
                    model.numParams());
            assertEquals(
                    result.getScore(),
                    score.score(model, TwoTasks.class, null),
                    1e-9,
                    "the saved model is the one that was scored");
            best = Math.max(best, result.getScore());
        }
        assertEquals(8, seen.size());
        assertEquals(best, runner.bestScore());
    }

    @Test
    void randomSearchOverEverything() throws Exception {
        ReconSpace space =
                kAndS().balancing(new DiscreteParameterSpace<>("ew", "cagrad", "mgda"))
                        .parameter("cagrad", "c", new ContinuousParameterSpace(0.1, 0.9))
                        .parameter("cagrad", "multiplier", new FixedValue<>(2))
                        .parameter(
                                "mgda", "normalization", new DiscreteParameterSpace<>("none", "l2"))
                        .updater(
                                new DiscreteParameterSpace<>(
                                        new Adam(0.01), new Nesterovs(0.01, 0.9)))
                        .learningRate(new ContinuousParameterSpace(0.01, 0.05))
                        .init(new DiscreteParameterSpace<>(ReconInit.FRESH, ReconInit.FROM_TRAINED))
                        .build();
        assertEquals(8, space.numParameters());
        LocalOptimizationRunner runner =
                run(
                        search(
                                        new RandomSearchGenerator(space),
                                        new WorstTaskScore(TwoTasks.singleTask()),
                                        5)
                                .build(),
                        2);
        assertEquals(0, runner.numCandidatesFailed());
        assertNotNull(runner.bestScore());
        for (int i = 0; i < runner.getResults().size(); i++) {
            ReconCandidate candidate =
                    (ReconCandidate)
                            runner.getResults().get(i).getResult().getCandidate().getValue();
            ComputationGraph model = (ComputationGraph) runner.getResults().get(i).getResultModel();
            assertEquals(
                    candidate.updater().getLearningRate(0, 0),
                    model.getLearningRate("side"),
                    1e-12);
        }
    }

    @Test
    void savedResultsOutliveTheSearch(@TempDir Path folder) throws Exception {
        ReconSpace space =
                new ReconSpace.Builder(report)
                        .topK(new DiscreteParameterSpace<>(0, 2))
                        .updater(new FixedValue<>(new Adam(0.01)))
                        .build();
        DeltaMScore score = new DeltaMScore(TwoTasks.singleTask());
        GridSearchCandidateGenerator grid =
                new GridSearchCandidateGenerator(
                        space, 2, GridSearchCandidateGenerator.Mode.Sequential, null);
        OptimizationConfiguration search =
                search(grid, score, 2).modelSaver(new ReconModelSaver(folder)).build();
        assertEquals(
                search.getResultSaver(),
                OptimizationConfiguration.fromJson(search.toJson()).getResultSaver());
        LocalOptimizationRunner runner = run(search, 2);
        assertEquals(0, runner.numCandidatesFailed());
        assertEquals(2, runner.getResults().size());
        Files.createDirectories(folder.resolve("2"));
        List<ResultReference> saved = ReconModelSaver.load(folder);
        assertEquals(2, saved.size());
        for (int i = 0; i < 2; i++) {
            OptimizationResult result = saved.get(i).getResult();
            assertEquals(i, result.getIndex());
            assertEquals(
                    new ReconCandidate(
                            i == 0 ? 0 : 2,
                            null,
                            -0.1,
                            "ew",
                            Map.of(),
                            new Adam(0.01),
                            ReconInit.FRESH),
                    result.getCandidate().getValue());
            assertEquals(i == 1, result.getModelSpecificResults() instanceof ReconPlan);
            ComputationGraph model = (ComputationGraph) saved.get(i).getResultModel();
            assertEquals(result.getScore(), score.score(model, TwoTasks.class, null), 1e-9);
        }
        Files.writeString(folder.resolve("1/result.json"), "{\"index\": 1}");
        assertThrows(IllegalArgumentException.class, () -> saved.get(1).getResult());
    }

    @Test
    void geneticSearchBreeds() {
        ReconSpace space =
                new ReconSpace.Builder(report)
                        .budgetPercent(new ContinuousParameterSpace(60, 100))
                        .severity(new FixedValue<>(0.0))
                        .updater(new AdamSpace(new ContinuousParameterSpace(0.001, 0.05)))
                        .build();
        DeltaMScore score = new DeltaMScore(TwoTasks.singleTask());
        GeneticSearchCandidateGenerator genetic =
                new GeneticSearchCandidateGenerator.Builder(space, score)
                        .populationModel(new PopulationModel.Builder().populationSize(4).build())
                        .build();
        LocalOptimizationRunner runner = run(search(genetic, score, 7).build(), 2);
        assertEquals(0, runner.numCandidatesFailed());
        assertTrue(genetic.getPopulationModel().isReadyToBreed());
    }

    @Test
    void aCandidateThatCannotBeMadeFailsAndTheSearchGoesOn() {
        ReconSpace space =
                new ReconSpace.Builder(report)
                        .budgetPercent(new DiscreteParameterSpace<>(0.001, 100.0))
                        .severity(new FixedValue<>(0.0))
                        .build();
        LocalOptimizationRunner runner =
                run(
                        search(
                                        new GridSearchCandidateGenerator(
                                                space,
                                                2,
                                                GridSearchCandidateGenerator.Mode.Sequential,
                                                null),
                                        new DeltaMScore(TwoTasks.singleTask()),
                                        2)
                                .build(),
                        1);
        assertEquals(1, runner.numCandidatesFailed());
        assertEquals(1, runner.numCandidatesCompleted());
        assertTrue(
                runner.getCandidateStatus().stream()
                        .anyMatch(
                                s ->
                                        s.getExceptionStackTrace() != null
                                                && s.getExceptionStackTrace().contains("budget")));
    }

    @Test
    void aSearchSurvivesJson() {
        ReconSpace space =
                kAndS().balancing(new DiscreteParameterSpace<>("ew", "cagrad"))
                        .parameter("cagrad", "c", new ContinuousParameterSpace(0.1, 0.9))
                        .parameter("cagrad", "rescale", new DiscreteParameterSpace<>(0, 1))
                        .updater(new AdamSpace(new ContinuousParameterSpace(0.001, 0.05)))
                        .init(new DiscreteParameterSpace<>(ReconInit.FRESH, ReconInit.FROM_TRAINED))
                        .build();
        OptimizationConfiguration search =
                search(
                                new RandomSearchGenerator(space),
                                new DeltaMScore(TwoTasks.singleTask(), Criteria.class),
                                3)
                        .build();
        OptimizationConfiguration read = OptimizationConfiguration.fromJson(search.toJson());
        assertEquals(search.getScoreFunction(), read.getScoreFunction());
        ReconSpace readSpace = (ReconSpace) read.getCandidateGenerator().getParameterSpace();
        assertEquals(space.numParameters(), readSpace.numParameters());
        for (double at : new double[] {0, 0.2, 0.5, 0.8, 1}) {
            double[] point = new double[space.numParameters()];
            Arrays.fill(point, at);
            assertEquals(space.getValue(point), readSpace.getValue(point));
        }
    }

    /** Criteria for the JSON test. */
    public static final class Criteria implements Supplier<TaskEvaluator> {

        /** Made by its class. */
        public Criteria() {}

        @Override
        public TaskEvaluator get() {
            return new TaskEvaluator.Builder()
                    .task("side", new Evaluation(), Evaluation.Metric.F1)
                    .build();
        }
    }

    static Stream<ReconCandidate> candidates() {
        return Stream.of(
                new ReconCandidate(3, null, -0.1, "ew", Map.of(), null, ReconInit.FRESH),
                new ReconCandidate(
                        null,
                        12.5,
                        0,
                        "cagrad",
                        Map.of("c", 0.4, "rescale", 2, "scope", "per_layer"),
                        new Nesterovs(0.1, 0.8),
                        ReconInit.FROM_TRAINED));
    }

    @ParameterizedTest
    @MethodSource("candidates")
    void aCandidateSurvivesJsonAndSerialization(ReconCandidate candidate) {
        assertEquals(candidate, ReconCandidate.fromJson(candidate.toJson()));
        assertEquals(candidate, new Candidate<>(candidate, 0, new double[0]).getValue());
    }

    @Test
    void jsonOfSomethingElseIsRefused() {
        String json = candidates().findFirst().orElseThrow().toJson();
        for (String broken :
                List.of(
                        json.substring(0, json.length() - 1),
                        json + "}",
                        json.replace("\"ew\"", "\"magic\""),
                        json.replace("3", "-3"),
                        json.replace("\"topK\":3", "\"topK\":null"),
                        json.replace("-0.1", "0.1"),
                        "{}",
                        "[]")) {
            assertFalse(broken.equals(json));
            assertThrows(
                    IllegalArgumentException.class, () -> ReconCandidate.fromJson(broken), broken);
        }
    }

    @Test
    void singleValuesDoNotShiftTheGrid() {
        // Arbiter's grid search gives no coordinate to spaces with one value.
        ReconSpace space =
                new ReconSpace.Builder(report)
                        .topK(new IntegerParameterSpace(2, 2))
                        .severity(new DiscreteParameterSpace<>(-0.02))
                        .balancing(new DiscreteParameterSpace<>("ew", "mgda"))
                        .build();
        GridSearchCandidateGenerator grid =
                new GridSearchCandidateGenerator(
                        space, 3, GridSearchCandidateGenerator.Mode.Sequential, null);
        assertEquals(2, grid.getTotalNumCandidates());
        for (String method : List.of("ew", "mgda")) {
            assertEquals(
                    new ReconCandidate(2, null, -0.02, method, Map.of(), null, ReconInit.FRESH),
                    grid.getCandidate().getValue());
        }
    }

    @Test
    void badSpacesAreRefused() {
        IllegalArgumentException tooMany =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new ReconSpace.Builder(report)
                                        .topK(new IntegerParameterSpace(0, 4))
                                        .build());
        assertTrue(tooMany.getMessage().contains("topK: 4"), tooMany.getMessage());
        for (ReconSpace.Builder bad :
                List.of(
                        new ReconSpace.Builder(report),
                        kAndS().budgetPercent(new FixedValue<>(5.0)),
                        new ReconSpace.Builder(report).topK(new DiscreteParameterSpace<>(1, -1)),
                        kAndS().severity(new DiscreteParameterSpace<>(0.0, -0.123)),
                        kAndS().severity(new ContinuousParameterSpace(-0.1, 0)),
                        kAndS().learningRate(new FixedValue<>(0.1)))) {
            assertThrows(IllegalArgumentException.class, bad::build);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> kAndS().parameter("ew", "c", new FixedValue<>(1.0)));
        assertThrows(
                IllegalArgumentException.class,
                () -> kAndS().parameter("cagrad", "c", new ContinuousParameterSpace(-1, 1)));
        assertThrows(
                IllegalArgumentException.class,
                () -> kAndS().balancing(new DiscreteParameterSpace<>("ew", "magic")).build());
    }

    @Test
    void badTaskCreatorsAreRefused() {
        for (ComputationGraph other :
                List.of(TwoTasks.graph(6, "side"), TwoTasks.graph(7, "side", "ring"))) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new ReconTaskCreator.Builder(other, report).build());
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new ReconTaskCreator.Builder(graph, report).epochs(0).build());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new ReconTaskCreator.Builder(graph, report).seed(0).build());
        assertTrue(e.getMessage().startsWith("seed: 0 given"), e.getMessage());
    }

    @Test
    void scoresAreGainsOverSingleTaskNetworks() {
        DeltaMScore mean = new DeltaMScore(TwoTasks.singleTask());
        WorstTaskScore worst = new WorstTaskScore(TwoTasks.singleTask());
        assertEquals(5.0, mean.score(TwoTasks.scores(0.9, 0.88), TwoTasks.singleTask()), 1e-9);
        assertEquals(0.0, worst.score(TwoTasks.scores(0.9, 0.88), TwoTasks.singleTask()), 1e-9);
        assertEquals(-10.0, worst.score(TwoTasks.scores(0.81, 0.88), TwoTasks.singleTask()), 1e-9);
        assertFalse(mean.minimize());
        assertThrows(
                IllegalArgumentException.class,
                () -> mean.score("not a network", TwoTasks.class, null));
    }
}
