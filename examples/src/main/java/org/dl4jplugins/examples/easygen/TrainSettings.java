package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * A training with Adam.
 *
 * @param steps gradient steps
 * @param batch examples per step
 * @param learningRate highest, reached after a twentieth of the steps; falls to nothing as a cosine
 */
record TrainSettings(int steps, int batch, double learningRate) {

    TrainSettings {
        require(steps >= 1, "steps", steps, "at least 1");
        require(batch >= 2, "batch", batch, "at least 2");
        require(learningRate > 0, "learningRate", learningRate, "above 0");
    }
}
