package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

/**
 * The network that judges drawn pictures.
 *
 * @param steps of its training
 * @param batch scenes per step
 * @param test fresh pictures that it is tested on
 * @param required share of them that it must recognize exactly to judge others, 0 to 1
 */
record JudgeSettings(int steps, int batch, int test, double required) {

    JudgeSettings {
        require(steps >= 1, "judge steps", steps, "at least 1");
        require(batch >= 1, "judge batch", batch, "at least 1");
        require(test >= 1, "judge test", test, "at least 1");
        require(required >= 0 && required <= 1, "judge required", required, "from 0 to 1");
    }
}
