package org.dl4jplugins.examples.draw;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.multimodal.arbiter.BiDiffuserCandidate;
import org.dl4jplugins.multimodal.arbiter.BiDiffuserSpace;
import org.dl4jplugins.multimodal.arbiter.DrawingScore;
import org.dl4jplugins.multimodal.arbiter.TrainedBiDiffuser;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Searches sizes, training and sampling of BiDiffuser with Arbiter. */
@Command(
        name = "draw-search",
        mixinStandardHelpOptions = true,
        description =
                "Arbiter's grid search over BiDiffuser's width, depth, heads, alpha, guidance,"
                        + " steps and learning rate, by how well scenes of held-out captions are"
                        + " drawn; prints all candidates and the best, with its accuracy on other"
                        + " held-out captions.")
public final class DrawSearchCommand implements Callable<Integer> {

    private enum Judgement {
        ATTRIBUTES,
        FID
    }

    @Spec private CommandSpec spec;

    @Option(
            names = "--scale",
            defaultValue = "embedded",
            description = "embedded (minutes) or tiny; default ${DEFAULT-VALUE}")
    private String scale;

    @Option(
            names = "--score",
            defaultValue = "ATTRIBUTES",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private Judgement judgement;

    @Option(
            names = "--width",
            split = ",",
            defaultValue = "64",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Integer> widths;

    @Option(
            names = "--depth",
            split = ",",
            defaultValue = "4",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Integer> depths;

    @Option(
            names = "--heads",
            split = ",",
            defaultValue = "4",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Integer> heads;

    @Option(
            names = "--alpha",
            split = ",",
            defaultValue = "1",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Double> alphas;

    @Option(
            names = "--guidance",
            split = ",",
            defaultValue = "0,1",
            description = "values to try; default ${DEFAULT-VALUE}")
    private List<Double> guidances;

    @Option(
            names = "--steps",
            split = ",",
            defaultValue = "10",
            description = "calls of the network to try; default ${DEFAULT-VALUE}")
    private List<Integer> steps;

    @Option(
            names = "--rate",
            split = ",",
            defaultValue = "0.001,0.003",
            description = "learning rates to try; default ${DEFAULT-VALUE}")
    private List<Double> rates;

    @Option(names = "--seed", defaultValue = "1", description = "default ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--save",
            description =
                    "folder for the best model, its judge and the captions that it has not been"
                            + " chosen by, as the quality benchmark of U-ViT reads them")
    private Path save;

    @Override
    public Integer call() throws Exception {
        List<List<?>> values = List.of(widths, depths, heads, alphas, guidances, steps, rates);
        int candidates = values.stream().mapToInt(List::size).reduce(1, Math::multiplyExact);
        int most = values.stream().mapToInt(List::size).max().orElseThrow();
        BiDiffuserSpace space =
                new BiDiffuserSpace.Builder()
                        .width(new DiscreteParameterSpace<>(widths))
                        .depth(new DiscreteParameterSpace<>(depths))
                        .heads(new DiscreteParameterSpace<>(heads))
                        .alpha(new DiscreteParameterSpace<>(alphas))
                        .guidance(new DiscreteParameterSpace<>(guidances))
                        .steps(new DiscreteParameterSpace<>(steps))
                        .learningRate(new DiscreteParameterSpace<>(rates))
                        .build();
        DrawTask task = new DrawTask(DrawSettings.scale(scale), seed);
        DrawingScore score = judgement == Judgement.FID ? task.fid() : task.attributes();
        OptimizationConfiguration search =
                new OptimizationConfiguration.Builder()
                        .candidateGenerator(
                                new GridSearchCandidateGenerator(
                                        space,
                                        most,
                                        GridSearchCandidateGenerator.Mode.Sequential,
                                        null))
                        .modelSaver(new InMemoryResultSaver())
                        .scoreFunction(score)
                        .terminationConditions(new MaxCandidatesCondition(candidates))
                        .build();
        LocalOptimizationRunner runner = new LocalOptimizationRunner(search, task.creator());
        runner.execute();
        List<ResultReference> completed =
                runner.getResults().stream().filter(r -> reached(r) != null).toList();
        if (completed.isEmpty()) {
            throw new IllegalStateException("All candidates failed, see the log");
        }
        print(completed, score, task);
        return runner.numCandidatesFailed() == 0 ? 0 : 1;
    }

    private static Double reached(ResultReference reference) {
        try {
            return reference.getResult().getScore();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(List<ResultReference> completed, DrawingScore score, DrawTask task)
            throws IOException {
        boolean least = score.minimize();
        Table.Builder table =
                Table.builder()
                        .number("width", "%.0f", Table.Best.UNMARKED)
                        .number("depth", "%.0f", Table.Best.UNMARKED)
                        .number("heads", "%.0f", Table.Best.UNMARKED)
                        .number("alpha", "%.2f", Table.Best.UNMARKED)
                        .number("guidance", "%.2f", Table.Best.UNMARKED)
                        .number("steps", "%.0f", Table.Best.UNMARKED)
                        .number("rate", "%.5f", Table.Best.UNMARKED)
                        .number("parameters", "%.0f", Table.Best.UNMARKED)
                        .number(
                                least ? "FID" : "exact %",
                                "%.2f",
                                least ? Table.Best.LOWEST : Table.Best.HIGHEST);
        for (ResultReference reference : completed) {
            var result = reference.getResult();
            BiDiffuserCandidate c = (BiDiffuserCandidate) result.getCandidate().getValue();
            table.row(
                    c.width(),
                    c.depth(),
                    c.heads(),
                    c.alpha(),
                    c.guidance(),
                    c.steps(),
                    c.learningRate(),
                    ((UViTConfig) result.getModelSpecificResults()).parameters(),
                    least ? result.getScore() : 100 * result.getScore());
        }
        Comparator<ResultReference> better = Comparator.comparing(DrawSearchCommand::reached);
        ResultReference best =
                completed.stream().min(least ? better : better.reversed()).orElseThrow();
        TrainedBiDiffuser trained = TrainedBiDiffuser.of((ComputationGraph) best.getResultModel());
        double others = task.attributesOfOthers().score(trained.model(), trained.sampling());
        PrintWriter console = spec.commandLine().getOut();
        console.println(table.build().text());
        console.printf("Best: %s%n", best.getResult().getCandidate().getValue());
        console.printf("Its drawings of other held-out captions: %.1f %% exact%n", 100 * others);
        console.flush();
        if (save != null) {
            task.save(trained.model(), save);
        }
    }
}
