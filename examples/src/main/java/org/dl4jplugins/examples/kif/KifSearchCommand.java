package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.arbiter.ContinualScore;
import org.dl4jplugins.cl.arbiter.FusionKind;
import org.dl4jplugins.cl.arbiter.KifCandidate;
import org.dl4jplugins.cl.arbiter.KifSpace;
import org.dl4jplugins.cl.arbiter.KifTaskCreator;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.cl.train.Budget;
import org.dl4jplugins.cl.train.ContinualResult;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.examples.data.ImageSources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches settings of Recurrent-KIF with Arbiter. */
@Command(
        name = "kif-search",
        mixinStandardHelpOptions = true,
        description =
                "Arbiter's grid search over Recurrent-KIF's Q, quantile, fusion and learning rate on"
                        + " memory, on split MNIST (class-incremental), by OP and BWT on held-out"
                        + " training data; prints all candidates and the best, with its OP on the"
                        + " test data.")
public final class KifSearchCommand implements Callable<Integer> {

    private static final String BENCHMARK = "split-class-";

    @Spec private CommandSpec spec;

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description = "embedded (a few minutes) or tiny; default ${DEFAULT-VALUE}")
    private String scale;

    @Option(
            names = "--inner-steps",
            split = ",",
            defaultValue = "4,8",
            description = "values of Q to try; default ${DEFAULT-VALUE}")
    private List<Integer> innerSteps;

    @Option(
            names = "--quantile",
            split = ",",
            defaultValue = "0.5,0.8",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Double> quantiles;

    @Option(
            names = "--fusion",
            split = ",",
            defaultValue = "PAPER,PUBLISHED_CODE",
            description = "of ${COMPLETION-CANDIDATES}, to try;" + " default ${DEFAULT-VALUE}")
    private List<FusionKind> fusions;

    @Option(
            names = "--outer-rate",
            split = ",",
            defaultValue = "0.0005,0.001",
            description = "learning rates on memory to try; default ${DEFAULT-VALUE}")
    private List<Double> outerRates;

    @Option(
            names = "--bwt",
            defaultValue = "0",
            description = "weight of BWT beside OP's 1; default ${DEFAULT-VALUE}")
    private double bwt;

    @Override
    public Integer call() throws IOException {
        BenchmarkSettings settings =
                KifSettings.scale(scale).benchmarks().stream()
                        .filter(benchmark -> benchmark.name().startsWith(BENCHMARK))
                        .findFirst()
                        .orElseThrow();
        long seed = settings.seeds().get(0);
        Order order = settings.orders().get(0);
        ImageSources images = ImageSources.embedded();
        TaskStream heldOut =
                new ImageBenchmark(settings, images.validation(seed)).stream(order, seed);
        int candidates = innerSteps.size() * quantiles.size() * fusions.size() * outerRates.size();
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        search(settings, candidates),
                        new KifTaskCreator.Builder(
                                        c ->
                                                ImageModels.of(
                                                        settings.model(), seed, c.learningRate()),
                                        heldOut)
                                .training(
                                        trainer ->
                                                trainer.budget(Budget.steps(settings.steps()))
                                                        .seed(seed)
                                                        .scoreLater(false))
                                .build());
        runner.execute();
        if (runner.numCandidatesFailed() == candidates) {
            throw new IllegalStateException("All candidates failed, see the log");
        }
        print(runner, new ImageBenchmark(settings, images).stream(order, seed));
        return runner.numCandidatesFailed() == 0 ? 0 : 1;
    }

    private OptimizationConfiguration search(BenchmarkSettings settings, int candidates) {
        Tuning tuning = settings.tuning();
        KifSpace space =
                new KifSpace.Builder()
                        .innerSteps(new DiscreteParameterSpace<>(innerSteps))
                        .outerSteps(new FixedValue<>(tuning.outerSteps()))
                        .quantile(new DiscreteParameterSpace<>(quantiles))
                        .fusion(new DiscreteParameterSpace<>(fusions))
                        .memory(new FixedValue<>(tuning.memory()))
                        .learningRate(new FixedValue<>(settings.learningRate()))
                        .outerRate(new DiscreteParameterSpace<>(outerRates))
                        .build();
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(
                        new GridSearchCandidateGenerator(
                                space,
                                candidates,
                                GridSearchCandidateGenerator.Mode.Sequential,
                                null))
                .modelSaver(new InMemoryResultSaver())
                .scoreFunction(new ContinualScore(1, bwt))
                .terminationConditions(new MaxCandidatesCondition(candidates))
                .build();
    }

    private void print(LocalOptimizationRunner runner, TaskStream test) throws IOException {
        Table.Builder table =
                Table.builder()
                        .number("Q", "%.0f", Table.Best.UNMARKED)
                        .number("quantile", "%.2f", Table.Best.UNMARKED)
                        .text("fusion")
                        .number("outer rate", "%.5f", Table.Best.UNMARKED)
                        .number("OP %", "%.2f", Table.Best.HIGHEST)
                        .number("BWT %", "%.2f", Table.Best.HIGHEST);
        ResultReference best = null;
        for (ResultReference reference : runner.getResults()) {
            var result = reference.getResult();
            KifCandidate candidate = (KifCandidate) result.getCandidate().getValue();
            AccuracyMatrix matrix = ((ContinualResult) result.getModelSpecificResults()).matrix();
            table.row(
                    candidate.innerSteps(),
                    candidate.quantile(),
                    candidate.fusion().name(),
                    candidate.outerRate(),
                    matrix.overallPerformance(),
                    matrix.backwardTransfer());
            if (best == null || result.getScore() > best.getResult().getScore()) {
                best = reference;
            }
        }
        double[] tested =
                new StreamEvaluation(test)
                        .row((ComputationGraph) best.getResultModel(), test.size() - 1);
        PrintWriter console = spec.commandLine().getOut();
        console.println(table.build().text());
        console.printf("Best: %s%n", best.getResult().getCandidate().getValue());
        console.printf(
                "Its OP on the test data: %.2f %%%n",
                Arrays.stream(tested).average().orElseThrow());
        console.flush();
    }
}
