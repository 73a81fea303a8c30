package org.dl4jplugins.examples.easygen;

import java.nio.file.Path;

/**
 * Where the files of the experiment lie.
 *
 * @param path the folder
 */
record EasyGenFolder(Path path) {

    /** Where a seed's files lie. */
    EasyGenFolder ofSeed(long seed) {
        return new EasyGenFolder(path.resolve("seed-" + seed));
    }

    /** What a stage ended with; it exists when the stage has ended. */
    Path result(String stage) {
        return path.resolve("results").resolve(stage + ".json");
    }

    /** A training that has not ended, or that others go on from. */
    Path checkpoint(String training) {
        return path.resolve("checkpoints").resolve(training + ".state");
    }

    /** A model, a file or a folder. */
    Path model(String name) {
        return path.resolve("models").resolve(name);
    }

    /** Pictures as an array. */
    Path pictures(String name) {
        return path.resolve("pictures").resolve(name + ".bin");
    }

    Path report() {
        return path.resolve("report.html");
    }
}
