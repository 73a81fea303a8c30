package org.dl4jplugins.mtl.arbiter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.recon.ReconPlan;

/** A candidate that {@link ReconModelSaver} has saved. */
final class ReconResultReference implements ResultReference {

    private final String folder;

    ReconResultReference(Path folder) {
        this.folder = folder.toString();
    }

    @Override
    public OptimizationResult getResult() throws IOException {
        SavedResult saved =
                SavedResult.fromJson(Files.readString(Path.of(folder, ReconModelSaver.RESULT)));
        Path plan = Path.of(folder, ReconModelSaver.PLAN);
        return new OptimizationResult(
                new Candidate<>(saved.candidate(), saved.index(), saved.coordinates()),
                saved.score(),
                saved.index(),
                Files.exists(plan) ? ReconPlan.load(plan) : null,
                null,
                this);
    }

    @Override
    public Object getResultModel() throws IOException {
        return ComputationGraph.load(Path.of(folder, ReconModelSaver.MODEL).toFile(), true);
    }

    @Override
    public String toString() {
        return "Recon candidate in " + folder;
    }
}
