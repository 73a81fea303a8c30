package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.ila.GradientNormListener;
import org.dl4jplugins.align.ila.IlaResult;
import org.dl4jplugins.align.ila.IlaTrainer;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.ila.ScoreSettings;
import org.dl4jplugins.align.ila.SensitivityListener;
import org.dl4jplugins.align.ila.StabilityCriterion;
import org.nd4j.linalg.learning.config.Adam;

/** Scores the layers for a data set and a seed: ILA's two stages, and the other two rankings. */
final class Scoring {

    private final TuningTask task;
    private final IlaSettings settings;
    private final long seed;
    private final IlaFolder folder;

    Scoring(TuningTask task, IlaSettings settings, long seed, IlaFolder folder) {
        this.task = task;
        this.settings = settings;
        this.seed = seed;
        this.folder = folder;
    }

    /** Name of the run. */
    String name() {
        return task.name() + ", seed " + seed;
    }

    /** Scores the layers, or reads how that went if it has been done. */
    StageResult run() throws IOException {
        if (Files.exists(folder.stages(task.name(), seed))) {
            return StageResult.load(folder.stages(task.name(), seed));
        }
        ComputationGraph graph = task.adapted(seed, new Adam(settings.learningRate()));
        GradientNormListener norms = new GradientNormListener();
        SensitivityListener sensitivity = new SensitivityListener();
        graph.setListeners(norms, sensitivity);
        StageClock clock = new StageClock();
        IlaResult result =
                new IlaTrainer.Builder(graph, task.train(seed))
                        .run(name())
                        .seed(seed)
                        .stability(
                                new StabilityCriterion.Builder()
                                        .window(settings.window())
                                        .epsilon(settings.epsilon())
                                        .minimumSteps(settings.minimumSteps())
                                        .maximumSteps(settings.maximumSteps()))
                        .scores(
                                new ScoreSettings.Builder()
                                        .initialScore(settings.initialScore())
                                        .updater(new Adam(settings.scoreRate()))
                                        .steps(settings.scoreSteps())
                                        .build())
                        .progress(clock)
                        .build()
                        .train();
        Map<Choice, LayerSignificance> scores =
                Map.of(
                        Choice.ILA,
                        result.significance(),
                        Choice.GRADIENT,
                        norms.report(name()).build(),
                        Choice.SENSITIVITY,
                        sensitivity.report(name()).build());
        for (Map.Entry<Choice, LayerSignificance> by : scores.entrySet()) {
            by.getValue().save(folder.scores(task.name(), seed, by.getKey()));
        }
        StageResult ended =
                new StageResult(
                        result.stop(),
                        result.adaptationLosses().length,
                        clock.seconds(1),
                        result.scoreLosses().length,
                        clock.seconds(2));
        ended.save(folder.stages(task.name(), seed));
        return ended;
    }
}
