package org.dl4jplugins.tests.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TorchPeerTest {
    @TempDir Path directory;

    private Path interpreter(int exitCode) throws Exception {
        Path python = directory.resolve("python" + exitCode);
        Files.writeString(python, "#!/bin/sh\nexit " + exitCode + "\n");
        assertTrue(python.toFile().setExecutable(true));
        return python;
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void relativePathsAreRelativeToTheUsersDirectory() throws Exception {
        Path root = Files.createDirectories(directory.resolve("project"));
        Path script = Files.createFile(directory.resolve("peer.py"));
        String python = interpreter(0).toString();
        TorchPeer peer = TorchPeer.find("../peer.py", python, root, directory).orElseThrow();
        assertEquals(script, peer.script());
        assertEquals(
                List.of(
                        python,
                        script.toString(),
                        "resnet-plain",
                        "--batch",
                        "64",
                        "--steps",
                        "15"),
                peer.command("resnet-plain", "--batch", "64", "--steps", "15"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void theDefaultScriptIsBesideTheProject() throws Exception {
        Path root = Files.createDirectories(directory.resolve("project"));
        String python = interpreter(0).toString();
        assertEquals(Optional.empty(), TorchPeer.find(null, python, directory, root));
        Path script = root.resolve(TorchPeer.DEFAULT_SCRIPT).normalize();
        Files.createDirectories(script.getParent());
        Files.createFile(script);
        TorchPeer peer = TorchPeer.find(null, python, directory, root).orElseThrow();
        assertEquals(script, peer.script());
        assertEquals(Optional.empty(), TorchPeer.find("none", python, directory, root));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void whatTheUserNamesMustBeThere() throws Exception {
        Files.createFile(directory.resolve("peer.py"));
        String without = interpreter(1).toString();
        IllegalArgumentException python =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> TorchPeer.find("peer.py", without, directory, directory));
        assertTrue(python.getMessage().contains(without), python.getMessage());
        IllegalArgumentException script =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> TorchPeer.find("other.py", without, directory, directory));
        assertTrue(script.getMessage().contains("other.py"), script.getMessage());
    }
}
