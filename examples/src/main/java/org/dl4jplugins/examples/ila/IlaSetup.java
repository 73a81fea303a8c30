package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Path;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * What a results folder belongs to.
 *
 * @param settings what is trained and how
 * @param data folder of the data sets, or where else they are from
 * @param model folder of the model, or its name
 */
record IlaSetup(IlaSettings settings, String data, String model) {

    /**
     * Claims a results folder.
     *
     * @throws IllegalArgumentException if it holds results of another setup
     */
    void claim(Path folder) throws IOException {
        new SettingsFile<>(IlaSetup.class).claim(this, folder);
    }
}
