package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationFilesTest {

    @TempDir Path folder;

    private List<ImageConversation> read(String content) throws IOException {
        return ConversationFiles.read(
                Files.writeString(folder.resolve("chat.json"), content), folder);
    }

    private void refused(String content, String message) {
        MalformedFileException e = assertThrows(MalformedFileException.class, () -> read(content));
        assertEquals(folder.resolve("chat.json") + ": " + message, e.getMessage());
    }

    @Test
    void picturesQuestionsAndAnswers() throws IOException {
        List<ImageConversation> conversations =
                read(
                        """
                        [{"id": "one", "image": "coco/cat.jpg", "conversations": [
                           {"from": "human", "value": "What is it?\\n<image>"},
                           {"from": "gpt", "value": "A cat."},
                           {"from": "human", "value": "Which color?"},
                           {"from": "gpt", "value": "Red."}]},
                         {"id": 2, "conversations": [
                           {"from": "human", "value": "Hello"},
                           {"from": "gpt", "value": "Hi"}]}]""");
        ImageConversation cat = conversations.get(0);
        assertEquals("one", cat.id());
        assertEquals(
                Optional.of(folder.toAbsolutePath().normalize().resolve("coco/cat.jpg")),
                cat.image());
        assertEquals(2, cat.rounds());
        assertEquals("What is it?", cat.question(0));
        assertEquals("Red.", cat.answer(1));
        assertEquals(ChatMessage.user("What is it?\n<image>"), cat.messages().get(0));
        assertEquals(Optional.empty(), conversations.get(1).image());
        assertEquals("2", conversations.get(1).id());
    }

    @Test
    void wrongConversationsAreNamed() {
        refused("{}", "must be a JSON array of objects");
        refused("[]", "no conversations");
        refused(
                "[{\"id\": 1}]",
                "entry 1: field 'conversations' must be an array, got no such field");
        refused(
                turns("\"image\": \"a.png\", ", "human:a", "gpt:b"),
                "entry 1: number of <image> marks must be 1, as there is a picture, got 0");
        refused(
                turns("", "human:<image>", "gpt:b"),
                "entry 1: number of <image> marks must be 0, as there is none, got 1");
        refused(
                turns("", "human:a"),
                "entry 1: number of messages must be even and at least 2, got 1");
        refused(
                turns("", "gpt:a", "human:b"),
                "entry 1: speaker of message 1 must be USER, got ASSISTANT");
        refused(
                turns("", "human:a", "bot:b"),
                "entry 1: field 'from' must be human or gpt, got 'bot'");
        refused(
                turns("\"image\": \"../a.png\", ", "human:<image>", "gpt:b"),
                "entry 1: '../a.png' is no file below " + folder);
    }

    private static String turns(String image, String... turns) {
        StringBuilder json = new StringBuilder("[{" + image + "\"conversations\": [");
        for (int i = 0; i < turns.length; i++) {
            String[] parts = turns[i].split(":");
            json.append(i == 0 ? "" : ", ")
                    .append("{\"from\": \"" + parts[0] + "\", \"value\": \"" + parts[1] + "\"}");
        }
        return json + "]}]";
    }
}
