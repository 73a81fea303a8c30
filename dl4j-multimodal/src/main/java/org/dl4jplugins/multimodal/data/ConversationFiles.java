package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.core.io.MalformedFileException;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Reads conversations as of LLaVA's instruction data: a JSON array of {@code {"id": ..., "image":
 * "folder/name.jpg", "conversations": [{"from": "human", "value": "<image>\nWhat is it?"}, {"from":
 * "gpt", "value": "A cat."}]}}. Entries without {@code image} are conversations without a picture.
 */
public final class ConversationFiles {
    private ConversationFiles() {}

    /**
     * Reads a file. The pictures themselves are not looked at.
     *
     * @param file JSON
     * @param folder of the pictures
     * @return in the file's order, at least one
     * @throws MalformedFileException naming file and entry
     */
    public static List<ImageConversation> read(Path file, Path folder) throws IOException {
        List<ImageConversation> conversations = new ArrayList<>();
        JsonFiles.array(file, entry -> conversations.add(conversation(entry, folder)));
        if (conversations.isEmpty()) {
            throw new MalformedFileException(file, "no conversations");
        }
        return List.copyOf(conversations);
    }

    private static ImageConversation conversation(JsonNode entry, Path folder) {
        Optional<Path> image =
                entry.hasNonNull("image")
                        ? Optional.of(JsonFiles.below(folder, JsonFiles.text(entry, "image")))
                        : Optional.empty();
        JsonNode turns = entry.path("conversations");
        Ensure.that(
                turns.isArray(),
                "field 'conversations'",
                turns.isMissingNode() ? "no such field" : turns,
                "an array");
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode turn : turns) {
            String value = JsonFiles.text(turn, "value");
            String from = JsonFiles.text(turn, "from");
            messages.add(
                    switch (from) {
                        case "human", "user" -> ChatMessage.user(value);
                        case "gpt", "assistant" -> ChatMessage.assistant(value);
                        default ->
                                throw new IllegalArgumentException(
                                        "field 'from' must be human or gpt, got '" + from + "'");
                    });
        }
        String id = entry.hasNonNull("id") ? JsonFiles.text(entry, "id") : "";
        return new ImageConversation(id, image, messages);
    }
}
