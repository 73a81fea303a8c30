package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.io.PrintWriter;
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
import org.deeplearning4j.arbiter.scoring.impl.EvaluationScoreFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.arbiter.LoraCandidate;
import org.dl4jplugins.align.arbiter.LoraSpace;
import org.dl4jplugins.align.arbiter.LoraTaskCreator;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.LoraPlan;
import org.dl4jplugins.core.report.Table;
import org.nd4j.evaluation.classification.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches targets, rank and learning rate of LoRA with Arbiter. */
@Command(
        name = "lora-search",
        mixinStandardHelpOptions = true,
        description =
                "Arbiter's grid search over LoRA's targets, rank and learning rate by the accuracy"
                        + " on a held-out fifth of a task's training data; prints all candidates"
                        + " and the best, with its accuracy on the test data.")
public final class LoraSearchCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description = "embedded (minutes) or tiny; default ${DEFAULT-VALUE}")
    private String scale;

    @Option(
            names = "--task",
            defaultValue = "requests",
            description = "requests, reviews or questions; default ${DEFAULT-VALUE}")
    private String task;

    @Option(
            names = "--targets",
            split = ";",
            defaultValue = "query,value;query,key,value,dense",
            description =
                    "name suffixes of the adapted layers, sets separated by semicolons; default"
                            + " ${DEFAULT-VALUE}")
    private List<String> targets;

    @Option(
            names = "--rank",
            split = ",",
            defaultValue = "4,16",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Integer> ranks;

    @Option(
            names = "--rate",
            split = ",",
            defaultValue = "0.0005,0.002",
            description = "learning rates to try; default ${DEFAULT-VALUE}")
    private List<Double> rates;

    @Option(names = "--epochs", defaultValue = "2", description = "default ${DEFAULT-VALUE}")
    private int epochs;

    @Override
    public Integer call() throws Exception {
        IlaSettings settings = IlaSettings.scale(scale);
        long seed = settings.seeds().get(0);
        int candidates = targets.size() * ranks.size() * rates.size();
        LoraSpace space =
                new LoraSpace.Builder()
                        .targets(new DiscreteParameterSpace<>(targets))
                        .rank(new DiscreteParameterSpace<>(ranks))
                        .alpha(new FixedValue<>(settings.alpha()))
                        .dropout(new FixedValue<>(settings.dropout()))
                        .learningRate(new DiscreteParameterSpace<>(rates))
                        .build();
        int most = Math.max(targets.size(), Math.max(ranks.size(), rates.size()));
        try (HfTokenizer tokenizer = MiniLm.tokenizer()) {
            ClassificationTask whole =
                    new ClassificationTask(TaskData.embedded(task), settings, tokenizer);
            OptimizationConfiguration search =
                    new OptimizationConfiguration.Builder()
                            .candidateGenerator(
                                    new GridSearchCandidateGenerator(
                                            space,
                                            most,
                                            GridSearchCandidateGenerator.Mode.Sequential,
                                            null))
                            .dataSource(
                                    SearchData.class, SearchData.properties(settings, task, seed))
                            .modelSaver(new InMemoryResultSaver())
                            .scoreFunction(new EvaluationScoreFunction(Evaluation.Metric.ACCURACY))
                            .terminationConditions(new MaxCandidatesCondition(candidates))
                            .build();
            LocalOptimizationRunner runner =
                    new LocalOptimizationRunner(
                            search,
                            new LoraTaskCreator(whole.base(), () -> whole.config(seed), epochs));
            runner.execute();
            if (runner.numCandidatesFailed() == candidates) {
                throw new IllegalStateException("All candidates failed, see the log");
            }
            print(runner, whole);
            return runner.numCandidatesFailed() == 0 ? 0 : 1;
        }
    }

    private void print(LocalOptimizationRunner runner, ClassificationTask whole)
            throws IOException {
        Table.Builder table =
                Table.builder()
                        .text("targets")
                        .number("rank", "%.0f", Table.Best.UNMARKED)
                        .number("rate", "%.5f", Table.Best.UNMARKED)
                        .number("parameters", "%.0f", Table.Best.UNMARKED)
                        .number("held-out %", "%.2f", Table.Best.HIGHEST);
        ResultReference best = null;
        for (ResultReference reference : runner.getResults()) {
            var result = reference.getResult();
            LoraCandidate candidate = (LoraCandidate) result.getCandidate().getValue();
            LoraPlan plan = (LoraPlan) result.getModelSpecificResults();
            table.row(
                    candidate.targets(),
                    candidate.rank(),
                    candidate.learningRate(),
                    plan.trainableParameters(),
                    100 * result.getScore());
            if (best == null || result.getScore() > best.getResult().getScore()) {
                best = reference;
            }
        }
        PrintWriter console = spec.commandLine().getOut();
        console.println(table.build().text());
        console.printf("Best: %s%n", best.getResult().getCandidate().getValue());
        console.printf(
                "Its accuracy on the test data: %.2f %%%n",
                whole.test((ComputationGraph) best.getResultModel()).accuracy());
        console.flush();
    }
}
