package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** The files of a folder with their lengths and SHA-256 sums: what a loaded folder must have. */
final class FileList {
    private static final int BUFFER = 1 << 20;

    private FileList() {}

    static ObjectNode of(Path folder) throws IOException {
        ObjectNode json = new ObjectMapper().createObjectNode();
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            json.putObject(folder.relativize(file).toString().replace('\\', '/'))
                    .put("bytes", Files.size(file))
                    .put("sha256", sum(file));
        }
        return json;
    }

    static void check(JsonNode list, Path folder) throws IOException {
        Require.that(list.size() > 0, "files in the settings of " + folder, "none", "a list");
        Iterator<Map.Entry<String, JsonNode>> entries = list.fields();
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            Path file = folder.resolve(entry.getKey()).normalize();
            Require.that(
                    file.startsWith(folder.normalize()),
                    "file in the list of " + folder,
                    entry.getKey(),
                    "within the folder");
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(
                        file.toString(), null, "the saved pipeline has this file");
            }
            long bytes = entry.getValue().path("bytes").asLong();
            boolean same =
                    Files.size(file) == bytes
                            && sum(file).equals(entry.getValue().path("sha256").asText());
            Require.that(
                    same,
                    "content of " + file,
                    Files.size(file) + " bytes that differ",
                    "the " + bytes + " bytes that were saved");
        }
    }

    private static String sum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[BUFFER];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java platform has it
        }
    }
}
