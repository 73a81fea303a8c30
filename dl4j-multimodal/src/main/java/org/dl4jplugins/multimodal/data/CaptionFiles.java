package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.datavec.api.records.reader.impl.csv.SerializableCSVParser;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Reads files that say which picture has which captions. The pictures themselves are not looked at.
 * Nothing is skipped silently: a caption without picture, a blank caption or a name that leads out
 * of the folder is an error that names file and entry.
 */
public final class CaptionFiles {
    private CaptionFiles() {}

    /** The form of a file of captions. */
    public enum Format {
        /**
         * JSON as of COCO's captions: {@code {"images": [{"id": 1, "file_name": ...}, ...],
         * "annotations": [{"image_id": 1, "caption": ...}, ...]}}.
         */
        COCO,
        /**
         * Comma-separated values whose first line names the columns {@code image} and {@code
         * caption}, in any order and beside others; one line for each caption.
         */
        CSV
    }

    /**
     * Reads a file in either form, told by its ending: {@code .json} is COCO, else CSV.
     *
     * @param captions the file
     * @param folder of the pictures
     * @return pictures with captions in the file's order, at least one
     * @throws MalformedFileException naming file and entry
     */
    public static List<CaptionedImage> read(Path captions, Path folder) throws IOException {
        boolean json = captions.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        return read(captions, folder, json ? Format.COCO : Format.CSV);
    }

    /**
     * Reads a file.
     *
     * @param captions the file
     * @param folder of the pictures
     * @param format its form
     * @return pictures with captions in the file's order, at least one; those of COCO without
     *     captions are left out
     * @throws MalformedFileException naming file and entry
     */
    public static List<CaptionedImage> read(Path captions, Path folder, Format format)
            throws IOException {
        Map<Path, List<String>> byImage =
                format == Format.COCO ? coco(captions, folder) : csv(captions, folder);
        List<CaptionedImage> images = new ArrayList<>();
        byImage.forEach(
                (image, texts) -> {
                    if (!texts.isEmpty()) {
                        images.add(new CaptionedImage(image, texts));
                    }
                });
        if (images.isEmpty()) {
            throw new MalformedFileException(captions, "no captions");
        }
        return List.copyOf(images);
    }

    private static Map<Path, List<String>> coco(Path file, Path folder) throws IOException {
        Map<String, Path> names = new LinkedHashMap<>();
        List<Map.Entry<String, String>> annotations = new ArrayList<>();
        JsonFiles.arrays(
                file,
                (field, entry) -> {
                    if (field.equals("images")) {
                        Path image = JsonFiles.below(folder, JsonFiles.text(entry, "file_name"));
                        names.put(JsonFiles.text(entry, "id"), image);
                    } else if (field.equals("annotations")) {
                        annotations.add(annotation(entry));
                    }
                });
        Map<Path, List<String>> captions = new LinkedHashMap<>();
        names.values().forEach(image -> captions.put(image, new ArrayList<>()));
        for (int i = 0; i < annotations.size(); i++) {
            Path image = names.get(annotations.get(i).getKey());
            if (image == null) {
                throw new MalformedFileException(
                        file,
                        "annotations "
                                + (i + 1)
                                + ": image_id "
                                + annotations.get(i).getKey()
                                + " is none of the "
                                + names.size()
                                + " images");
            }
            captions.get(image).add(annotations.get(i).getValue());
        }
        return captions;
    }

    private static Map.Entry<String, String> annotation(JsonNode entry) {
        return Map.entry(
                JsonFiles.text(entry, "image_id"), caption(JsonFiles.text(entry, "caption")));
    }

    private static String caption(String text) {
        Ensure.that(!text.isBlank(), "caption", "'" + text + "'", "some text");
        return text.strip();
    }

    private static Map<Path, List<String>> csv(Path file, Path folder) throws IOException {
        SerializableCSVParser parser = new SerializableCSVParser(',', '"', '\0');
        List<String> lines = Files.readAllLines(file);
        List<String> header =
                lines.isEmpty() ? List.of() : fields(parser, lines.get(0).replace("\ufeff", ""));
        int image = header.indexOf("image");
        int caption = header.indexOf("caption");
        if (image < 0 || caption < 0) {
            throw new MalformedFileException(
                    file, "line 1: must name columns 'image' and 'caption', got " + header);
        }
        Map<Path, List<String>> captions = new LinkedHashMap<>();
        for (int line = 2; line <= lines.size(); line++) {
            if (lines.get(line - 1).isBlank()) {
                continue;
            }
            try {
                List<String> fields = fields(parser, lines.get(line - 1));
                Ensure.that(
                        fields.size() == header.size(),
                        "number of fields",
                        fields.size(),
                        header.size() + ", as in the first line");
                captions.computeIfAbsent(
                                JsonFiles.below(folder, fields.get(image)), f -> new ArrayList<>())
                        .add(caption(fields.get(caption)));
            } catch (IllegalArgumentException | IOException e) {
                throw new MalformedFileException(file, "line " + line + ": " + e.getMessage());
            }
        }
        return captions;
    }

    private static List<String> fields(SerializableCSVParser parser, String line)
            throws IOException {
        return List.of(parser.parseLine(line)).stream().map(String::strip).toList();
    }
}
