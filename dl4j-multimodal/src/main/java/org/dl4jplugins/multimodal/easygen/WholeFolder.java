package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.dl4jplugins.core.io.IOConsumer;

/**
 * Writes a folder that is either wholly there or not there at all: its content goes to a hidden
 * sibling, which takes the folder's place at the end.
 */
final class WholeFolder {
    private WholeFolder() {}

    /**
     * Creates or replaces a folder.
     *
     * @param folder must not exist, be empty, or have the marker in it
     * @param marker a file that every such folder has
     * @param writer fills the folder it is given
     */
    static void write(Path folder, String marker, IOConsumer<Path> writer) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        boolean exists = Files.exists(target);
        Require.that(
                !exists || Files.isRegularFile(target.resolve(marker)) || isEmpty(target),
                "folder",
                target,
                "a new or empty one, or one with " + marker + " in it");
        Files.createDirectories(target.getParent());
        String name = "." + target.getFileName() + "." + UUID.randomUUID();
        Path written = target.resolveSibling(name);
        Path old = target.resolveSibling(name + ".old");
        try {
            Files.createDirectory(written);
            writer.accept(written);
            if (exists) {
                Files.move(target, old);
            }
            try {
                Files.move(written, target);
            } catch (IOException e) {
                if (exists) {
                    Files.move(old, target);
                }
                throw e;
            }
        } finally {
            delete(written);
            if (Files.exists(target)) {
                delete(old);
            }
        }
    }

    private static boolean isEmpty(Path target) throws IOException {
        if (!Files.isDirectory(target)) {
            return false;
        }
        try (Stream<Path> content = Files.list(target)) {
            return content.findAny().isEmpty();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> content;
        try (Stream<Path> all = Files.walk(folder)) {
            content = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : content) {
            Files.delete(file);
        }
    }
}
