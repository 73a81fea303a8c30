package org.dl4jplugins.examples.kif;

import java.nio.file.Path;

/**
 * Where the files of the experiment lie.
 *
 * @param path the folder
 */
record KifFolder(Path path) {

    /** The result of a run; it exists when the run has ended. */
    Path result(RunId id) {
        return path.resolve("results").resolve(id + ".json");
    }

    /** A run that has not ended. */
    Path checkpoint(RunId id) {
        return path.resolve("checkpoints").resolve(id + ".checkpoint");
    }

    /** All accuracy matrices of the first order and seed of a benchmark. */
    Path matrices(String benchmark) {
        return path.resolve(benchmark + "-matrices.html");
    }

    Path report() {
        return path.resolve("report.html");
    }
}
