package org.dl4jplugins.examples.ila;

import java.nio.file.Path;

/**
 * Where the files of the experiment lie.
 *
 * @param path the folder
 */
record IlaFolder(Path path) {

    /** The result of a run; it exists when the run has ended. */
    Path result(RunId id) {
        return path.resolve("results").resolve(id + ".json");
    }

    /** The scores of all layers: by ILA, gradient norm or sensitivity. */
    Path scores(String task, long seed, Choice by) {
        return path.resolve("layers").resolve(task + "-seed" + seed + "-" + by.key() + ".json");
    }

    /** How the scoring went; it exists when all scores do. */
    Path stages(String task, long seed) {
        return path.resolve("layers").resolve(task + "-seed" + seed + ".json");
    }

    /** A page about the layers of one data set. */
    Path page(String task) {
        return path.resolve("layers-" + task + ".html");
    }

    Path report() {
        return path.resolve("report.html");
    }
}
