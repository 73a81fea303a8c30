package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.dl4jplugins.cl.train.Progress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A continual training whose process is killed (SIGKILL on Linux) at any moment goes on. */
class KillTest {

    private static final int KILLS = 3;

    private final List<Process> processes = new ArrayList<>();

    @TempDir Path folder;

    @Test
    void endsWithTheSameBitsAsIfItHadNeverBeenKilled() throws Exception {
        Path checkpoint = folder.resolve("checkpoint");
        Path result = folder.resolve("result");
        Random random = new Random(7);
        int part = KilledTraining.STEPS / (KILLS + 1);
        int[] last = new int[KILLS];
        for (int kill = 0; kill < KILLS; kill++) {
            last[kill] = kill * part + part / 2 + random.nextInt(part / 2);
            processes.add(start(checkpoint, result, last[kill] + part / 2));
        }
        Process survivor = start(checkpoint, result, Integer.MAX_VALUE);
        processes.add(survivor);
        String expected = KilledTraining.train(null, new Progress() {});
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = processes.get(kill);
            goOn(process);
            waitFor(process, last[kill]);
            LockSupport.parkNanos(random.nextInt(5_000_000));
            process.destroyForcibly();
            assertTrue(process.waitFor(20, TimeUnit.SECONDS));
            assertNotEquals(0, process.exitValue());
            assertFalse(Files.exists(result));
            assertTrue(Files.exists(checkpoint));
        }
        goOn(survivor);
        int resumed = waitFor(survivor, 0);
        assertTrue(resumed > (KILLS - 1) * part, "went on at step " + resumed);
        waitFor(survivor, Integer.MAX_VALUE);
        assertEquals(0, survivor.waitFor());
        assertEquals(expected, Files.readString(result));
    }

    @AfterEach
    void endAll() {
        processes.forEach(Process::destroyForcibly);
    }

    private static void goOn(Process process) throws IOException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
    }

    /**
     * A process that loads its libraries, as others do at the same time, and waits for its turn.
     */
    private Process start(Path checkpoint, Path result, int waitsAt) throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder =
                new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classPath,
                        KilledTraining.class.getName(),
                        checkpoint.toString(),
                        result.toString(),
                        Integer.toString(waitsAt));
        return builder.redirectError(folder.resolve("errors").toFile()).start();
    }

    /** Reads until a step is done; that step, or the last. */
    private int waitFor(Process process, int step) throws IOException {
        BufferedReader lines = process.inputReader();
        int done = -1;
        while (done < step) {
            String line = lines.readLine();
            if (line == null) {
                assertEquals(Integer.MAX_VALUE, step, Files.readString(folder.resolve("errors")));
                return done;
            }
            if (line.startsWith("step ")) {
                done = Integer.parseInt(line.substring(5));
            }
        }
        return done;
    }
}
