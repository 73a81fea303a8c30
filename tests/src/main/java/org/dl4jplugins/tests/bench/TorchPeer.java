package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The PyTorch script to measure against.
 *
 * @param python an interpreter that can import torch
 * @param script takes a work's name, {@code --batch n} and {@code --steps n} and prints {@code
 *     median=... min=... max=...}
 */
record TorchPeer(String python, Path script) {
    /** Where the script is, seen from the project's root, if nobody says where. */
    static final String DEFAULT_SCRIPT = "../shared/bench/torch_baseline.py";

    /**
     * Finds script and interpreter.
     *
     * @param script as the user gave it, "none" to do without, or null for {@link #DEFAULT_SCRIPT}
     * @param python as the user gave it, or null for the first python3 that can import torch
     * @param directory what the user's relative paths are relative to
     * @param root the project's root
     * @return the peer, or nothing, with a printed line that says why
     * @throws IllegalArgumentException if the user named what is not there
     */
    static Optional<TorchPeer> find(String script, String python, Path directory, Path root) {
        if ("none".equals(script)) {
            return Optional.empty();
        }
        Path file =
                script == null
                        ? root.resolve(DEFAULT_SCRIPT).normalize()
                        : directory.resolve(script).normalize();
        if (!Files.isRegularFile(file)) {
            if (script != null) {
                throw new IllegalArgumentException("--torch is " + file + ", must be a file");
            }
            System.out.println("Ours alone: there is no " + file + ", give one with --torch");
            return Optional.empty();
        }
        List<String> candidates =
                python == null ? List.of("python3", "/usr/bin/python3") : List.of(python);
        for (String candidate : candidates) {
            if (importsTorch(candidate)) {
                return Optional.of(new TorchPeer(candidate, file));
            }
        }
        if (python != null) {
            throw new IllegalArgumentException(
                    "--python is " + python + ", must be an interpreter that can import torch");
        }
        System.out.println("Ours alone: no python3 can import torch, give one with --python");
        return Optional.empty();
    }

    private static boolean importsTorch(String python) {
        try {
            return new ProcessBuilder(python, "-c", "import torch")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * The command of one measurement.
     *
     * @param work name and options of the work
     * @return program and arguments
     */
    List<String> command(String... work) {
        List<String> command = new ArrayList<>(List.of(python, script.toString()));
        command.addAll(List.of(work));
        return command;
    }
}
