package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.examples.run.Progress;
import org.dl4jplugins.mtl.arbiter.DeltaMScore;
import org.dl4jplugins.mtl.arbiter.ReconCandidate;
import org.dl4jplugins.mtl.arbiter.ReconSpace;
import org.dl4jplugins.mtl.arbiter.ReconTaskCreator;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches how many layers to split, and at which severity to rank them, with Arbiter. */
@Command(
        name = "recon-search",
        mixinStandardHelpOptions = true,
        description =
                "Arbiter's grid search over Recon's K and S by delta m on held-out training data,"
                        + " for one seed; prints all candidates and the best.")
public final class SearchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Mixin private ReconOptions options;

    @Option(
            names = "--layers",
            split = ",",
            defaultValue = "0,5,15,25,35",
            description = "values of K to try; default ${DEFAULT-VALUE}")
    private List<Integer> layers;

    @Option(
            names = "--severity",
            split = ",",
            defaultValue = "-0.02,-0.1",
            description = "values of S to try; default ${DEFAULT-VALUE}")
    private List<Double> severities;

    @Override
    public Integer call() throws Exception {
        ReconSettings settings = options.settings();
        ReconExperiment experiment = options.searchExperiment();
        ConflictReport scores;
        DeltaMScore score;
        try (Progress progress = new Progress("Epochs", experiment.searchEpochs())) {
            scores = experiment.scores(progress);
            score = new DeltaMScore(experiment.singleTask(progress));
        }
        int candidates = layers.size() * severities.size();
        OptimizationConfiguration search =
                new OptimizationConfiguration.Builder()
                        .candidateGenerator(
                                new GridSearchCandidateGenerator(
                                        new ReconSpace.Builder(scores)
                                                .topK(new DiscreteParameterSpace<>(layers))
                                                .severity(new DiscreteParameterSpace<>(severities))
                                                .build(),
                                        Math.max(layers.size(), severities.size()),
                                        GridSearchCandidateGenerator.Mode.Sequential,
                                        null))
                        .dataSource(
                                SearchData.class,
                                SearchData.properties(
                                        settings, settings.seeds().get(0), options.data()))
                        .modelSaver(new InMemoryResultSaver())
                        .scoreFunction(score)
                        .terminationConditions(new MaxCandidatesCondition(candidates))
                        .build();
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        search,
                        new ReconTaskCreator.Builder(experiment.network(), scores)
                                .epochs(settings.epochs())
                                .seed(settings.seeds().get(0))
                                .build());
        runner.execute();
        if (runner.numCandidatesFailed() == candidates) {
            throw new IllegalStateException("All candidates failed, see the log");
        }
        print(runner);
        return runner.numCandidatesFailed() == 0 ? 0 : 1;
    }

    private void print(LocalOptimizationRunner runner) throws Exception {
        Table.Builder table =
                Table.builder()
                        .number("K", "%.0f", Table.Best.UNMARKED)
                        .number("S", "%.2f", Table.Best.UNMARKED)
                        .number("delta m %", "%.2f", Table.Best.HIGHEST);
        for (ResultReference reference : runner.getResults()) {
            ReconCandidate candidate =
                    (ReconCandidate) reference.getResult().getCandidate().getValue();
            table.row(candidate.topK(), candidate.severity(), reference.getResult().getScore());
        }
        PrintWriter console = spec.commandLine().getOut();
        console.println(table.build().text());
        ResultReference best = best(runner);
        Path file = options.searchFolder().path().resolve("best.zip");
        AtomicFiles.write(
                file, out -> ModelSerializer.writeModel((Model) best.getResultModel(), out, true));
        console.printf("Best: %s%n", best.getResult().getCandidate().getValue());
        console.println("Its network: " + file);
        console.flush();
    }

    /** Failed candidates have no result, so an index of a candidate is none of the results. */
    private static ResultReference best(LocalOptimizationRunner runner) throws IOException {
        for (ResultReference reference : runner.getResults()) {
            if (reference.getResult().getIndex() == runner.bestScoreCandidateIndex()) {
                return reference;
            }
        }
        throw new IllegalStateException("No result of the best candidate");
    }
}
