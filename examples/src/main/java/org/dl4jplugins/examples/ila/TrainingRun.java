package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextIterator;
import org.dl4jplugins.align.ila.AdaptedMatrix;
import org.dl4jplugins.align.ila.LayerMask;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.ila.LoraMasks;
import org.nd4j.linalg.factory.Nd4j;

/** Trains increments on some of the layers, from their start, and tests. */
final class TrainingRun {

    private final RunId id;
    private final TuningTask task;
    private final IlaSettings settings;
    private final IlaFolder folder;

    TrainingRun(RunId id, TuningTask task, IlaSettings settings, IlaFolder folder) {
        this.id = id;
        this.task = task;
        this.settings = settings;
        this.folder = folder;
    }

    /** Trains and tests, or reads the result if that has been done. */
    RunResult run() throws IOException {
        Path file = folder.result(id);
        if (Files.exists(file)) {
            return RunResult.load(file);
        }
        try {
            RunResult result = train();
            result.save(file);
            return result;
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
    }

    private RunResult train() throws IOException {
        ComputationGraph graph = task.adapted(id.seed(), Rates.falling(settings));
        List<AdaptedMatrix> layers = AdaptedMatrix.of(graph);
        int learning = layers.size();
        if (id.variant().choice() != Choice.ALL) {
            LayerMask mask = mask(layers);
            learning = mask.kept().size();
            graph = LoraMasks.restrict(graph, mask);
        }
        TextIterator data = task.train(id.seed());
        Nd4j.getRandom().setSeed(id.seed());
        long start = System.nanoTime();
        for (int step = 0; step < settings.steps(); step++) {
            if (!data.hasNext()) {
                data.reset();
            }
            graph.fit(data.next());
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        TestScore score = task.test(graph);
        return new RunResult(score.accuracy(), score.loss(), learning, graph.numParams(), seconds);
    }

    private LayerMask mask(List<AdaptedMatrix> layers) throws IOException {
        Choice choice = id.variant().choice();
        double fraction = id.variant().fraction();
        int count = scores(Choice.ILA).keepMost(fraction).kept().size();
        return switch (choice) {
            case RANDOM -> LayerMask.random(layers, count, 1000 * id.seed() + id.draw());
            case FIRST -> LayerMask.first(layers, count);
            case LAST -> LayerMask.last(layers, count);
            default -> scores(choice).keepMost(count);
        };
    }

    private LayerSignificance scores(Choice by) throws IOException {
        return LayerSignificance.load(folder.scores(id.task(), id.seed(), by));
    }
}
