package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionFilesTest {

    @TempDir Path temporary;
    private Path folder;

    @BeforeEach
    void absolute() {
        folder = temporary.toAbsolutePath().normalize();
    }

    private List<CaptionedImage> read(String name, String content) throws IOException {
        return CaptionFiles.read(Files.writeString(folder.resolve(name), content), folder);
    }

    private void refused(String name, String content, String message) {
        MalformedFileException e =
                assertThrows(MalformedFileException.class, () -> read(name, content));
        assertEquals(folder.resolve(name) + ": " + message, e.getMessage());
    }

    @Test
    void coco() throws IOException {
        List<CaptionedImage> images =
                read(
                        "captions.json",
                        """
                        {"info": {"year": 2017, "deep": [1, {"images": []}]},
                         "annotations": [
                          {"image_id": 7, "id": 1, "caption": "A cat.\\n"},
                          {"image_id": 9, "id": 2, "caption": "Two dogs"},
                          {"image_id": 7, "id": 3, "caption": "a small cat"}],
                         "licenses": [],
                         "images": [
                          {"id": 9, "file_name": "train/dogs.jpg", "height": 3},
                          {"id": 8, "file_name": "without.jpg"},
                          {"id": 7, "file_name": "cat.jpg"}]}""");
        assertEquals(
                List.of(
                        new CaptionedImage(folder.resolve("train/dogs.jpg"), List.of("Two dogs")),
                        new CaptionedImage(
                                folder.resolve("cat.jpg"), List.of("A cat.", "a small cat"))),
                images);
    }

    @Test
    void wrongCocoIsNamed() {
        refused(
                "a.json",
                "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}],"
                        + " \"annotations\": [{\"image_id\": 2, \"caption\": \"x\"}]}",
                "annotations 1: image_id 2 is none of the 1 images");
        refused(
                "b.json",
                "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}, {\"id\": 2}]}",
                "images 2: field 'file_name' must be text, got no such field");
        refused(
                "c.json",
                "{\"annotations\": [{\"image_id\": 2, \"caption\": \" \"}]}",
                "annotations 1: caption must be some text, got ' '");
        refused("d.json", "[]", "must be a JSON object");
        refused("e.json", "{}", "no captions");
        refused(
                "f.json",
                "{\"images\": [{\"id\": 1, \"file_name\": \"../secret.png\"}]}",
                "images 1: '../secret.png' is no file below " + folder);
        MalformedFileException e =
                assertThrows(
                        MalformedFileException.class, () -> read("g.json", "{\"images\": [\n{,"));
        assertTrue(e.getMessage().contains("g.json: line 2: not JSON"), e.getMessage());
    }

    @Test
    void csv() throws IOException {
        List<CaptionedImage> images =
                read(
                        "captions.csv",
                        """
                        \ufeffnumber,image,caption
                        1,cat.jpg,"A cat, and ""two"" dogs \\ one"

                        2, dog.jpg , a dog
                        3,cat.jpg,again a cat
                        """);
        assertEquals(
                List.of(
                        new CaptionedImage(
                                folder.resolve("cat.jpg"),
                                List.of("A cat, and \"two\" dogs \\ one", "again a cat")),
                        new CaptionedImage(folder.resolve("dog.jpg"), List.of("a dog"))),
                images);
    }

    @Test
    void wrongCsvIsNamed() {
        refused(
                "a.csv",
                "file,text\nx.png,x",
                "line 1: must name columns 'image' and 'caption', got [file, text]");
        refused(
                "b.csv",
                "image,caption\nx.png,a,b",
                "line 2: number of fields must be 2, as in the first line, got 3");
        refused("c.csv", "image,caption\nx.png,", "line 2: caption must be some text, got ''");
        refused("d.csv", "image,caption\n", "no captions");
        refused("e.csv", "", "line 1: must name columns 'image' and 'caption', got []");
        refused("f.csv", "image,caption\n/x,y", "line 2: '/x' is no file below " + folder);
    }
}
