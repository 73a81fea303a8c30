package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jplugins.align.ila.StabilityCriterion;
import org.dl4jplugins.core.io.AtomicFiles;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * How ILA's two stages went.
 *
 * @param stop why stage 1 ended
 * @param steps of stage 1
 * @param seconds of stage 1
 * @param scoreSteps of stage 2
 * @param scoreSeconds of stage 2
 */
record StageResult(
        StabilityCriterion.Stop stop,
        int steps,
        double seconds,
        int scoreSteps,
        double scoreSeconds) {

    private static final ObjectMapper JSON = new ObjectMapper();

    void save(Path file) throws IOException {
        AtomicFiles.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this));
    }

    static StageResult load(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), StageResult.class);
    }
}
