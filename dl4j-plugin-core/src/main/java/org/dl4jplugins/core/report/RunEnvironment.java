package org.dl4jplugins.core.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.nd4j.linalg.factory.Nd4j;

/** What a run ran on, for the settings of a report. */
public final class RunEnvironment {
    private RunEnvironment() {}

    /**
     * Versions, backend, machine and time.
     *
     * @return names and values in a fixed order: dl4j-plugins, Deeplearning4j, ND4J backend, data
     *     type, Java, operating system, processors, finished (UTC, to the second)
     */
    public static Map<String, String> describe() {
        Properties versions = new Properties();
        try (InputStream in = RunEnvironment.class.getResourceAsStream("versions.properties")) {
            versions.load(in);
        } catch (IOException inTheJar) {
            throw new UncheckedIOException(inTheJar);
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("dl4j-plugins", versions.getProperty("dl4j-plugins"));
        facts.put("Deeplearning4j", versions.getProperty("deeplearning4j"));
        facts.put("ND4J backend", Nd4j.getBackend().getClass().getSimpleName());
        facts.put("Data type", Nd4j.dataType().toString());
        facts.put("Java", Runtime.version() + " (" + System.getProperty("java.vm.name") + ")");
        facts.put(
                "Operating system",
                String.join(
                        " ",
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        System.getProperty("os.arch")));
        facts.put("Processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("Finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return facts;
    }
}
