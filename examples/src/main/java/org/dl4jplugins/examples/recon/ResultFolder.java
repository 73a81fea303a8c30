package org.dl4jplugins.examples.recon;

import java.nio.file.Path;

/**
 * Where the files of the experiment lie.
 *
 * @param path the folder
 */
record ResultFolder(Path path) {

    /** The result of a run; it exists when the run has ended. */
    Path result(RunId id) {
        return path.resolve("results").resolve(id + ".json");
    }

    /** The conflicts of a run on all its shared layers. */
    Path conflicts(RunId id) {
        return path.resolve("conflicts").resolve(id + ".json");
    }

    /** The conflicts of a run on those layers only that stay shared after the split. */
    Path remaining(RunId id) {
        return path.resolve("conflicts").resolve(id + "-remaining.json");
    }

    Checkpoint checkpoint(RunId id) {
        return new Checkpoint(path.resolve("checkpoints"), id.toString());
    }

    Path plan() {
        return path.resolve("plan.json");
    }

    Path conflictPage() {
        return path.resolve("conflicts.html");
    }

    Path report() {
        return path.resolve("report.html");
    }
}
