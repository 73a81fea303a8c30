package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Reads emoji pictures with their names, as the npm package {@code emoji-datasource-twitter} has
 * them and {@code examples/fetch-emoji.sh} fetches them: {@code emoji.json} and {@code
 * img/twitter/64/*.png}, 64 x 64 with transparency. Captions are the names in small letters, such
 * as "grinning face" or "flag for japan", else the short names. Variants of skin color are left
 * out.
 */
public final class EmojiFiles {
    private EmojiFiles() {}

    /**
     * Reads all emoji that have a picture.
     *
     * @param folder that holds {@code emoji.json}
     * @return in the file's order, at least one
     * @throws MalformedFileException naming file and entry
     */
    public static List<CaptionedImage> read(Path folder) throws IOException {
        return read(folder, Set.of());
    }

    /**
     * Reads the emoji of some categories.
     *
     * @param folder that holds {@code emoji.json}
     * @param categories such as {@code "Animals & Nature"}; empty for all
     * @return in the file's order, at least one
     * @throws MalformedFileException naming file and entry, or the categories there are
     */
    public static List<CaptionedImage> read(Path folder, Set<String> categories)
            throws IOException {
        Path file = folder.resolve("emoji.json");
        Path pictures = folder.resolve("img").resolve("twitter").resolve("64");
        if (!Files.isDirectory(pictures)) {
            throw new MalformedFileException(
                    pictures, "no such folder: examples/fetch-emoji.sh fetches it");
        }
        List<CaptionedImage> emoji = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        JsonFiles.array(
                file,
                entry -> {
                    String category = JsonFiles.text(entry, "category");
                    if (!seen.contains(category)) {
                        seen.add(category);
                    }
                    boolean wanted = categories.isEmpty() || categories.contains(category);
                    if (wanted && entry.path("has_img_twitter").asBoolean(true)) {
                        emoji.add(emoji(entry, pictures));
                    }
                });
        if (emoji.isEmpty()) {
            throw new MalformedFileException(
                    file, "no emoji in the categories " + categories + ", there are " + seen);
        }
        return List.copyOf(emoji);
    }

    private static CaptionedImage emoji(JsonNode entry, Path pictures) {
        String name =
                entry.hasNonNull("name") && !entry.get("name").asText().isBlank()
                        ? entry.get("name").asText()
                        : JsonFiles.text(entry, "short_name").replace('_', ' ').replace('-', ' ');
        return new CaptionedImage(
                JsonFiles.below(pictures, JsonFiles.text(entry, "image")),
                List.of(name.toLowerCase(Locale.ROOT).strip()));
    }
}
