package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a folder laid out like the package's. */
class EmojiFilesTest {

    @TempDir Path folder;

    @BeforeEach
    void files() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("img/twitter/64"));
        for (String name : List.of("1f600", "1f42d", "1f1ef-1f1f5")) {
            BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_ARGB);
            image.setRGB(32, 32, 0xffffcc00);
            ImageIO.write(image, "png", pictures.resolve(name + ".png").toFile());
        }
        Files.writeString(
                folder.resolve("emoji.json"),
                """
                [{"name": "GRINNING FACE", "image": "1f600.png", "short_name": "grinning",
                  "category": "Smileys & Emotion", "has_img_twitter": true,
                  "skin_variations": {"1F3FB": {"image": "1f600-1f3fb.png"}}},
                 {"name": null, "image": "1f42d.png", "short_name": "mouse_face",
                  "category": "Animals & Nature", "has_img_twitter": true},
                 {"name": "NOWHERE", "image": "none.png", "short_name": "nowhere",
                  "category": "Symbols", "has_img_twitter": false},
                 {"name": "Japan Flag", "image": "1f1ef-1f1f5.png", "short_name": "flag-jp",
                  "category": "Flags", "has_img_twitter": true}]""");
    }

    @Test
    void namesAndPictures() throws IOException {
        List<CaptionedImage> emoji = EmojiFiles.read(folder);
        assertEquals(
                List.of("grinning face", "mouse face", "japan flag"),
                emoji.stream().map(e -> e.captions().get(0)).toList());
        CaptionSource source = new CaptionSource(emoji, new ImageLoader.Builder(32, 32).build());
        assertEquals(3, source.size());
        assertEquals("japan flag", source.text(2));
        assertArrayEquals(new long[] {1, 3, 32, 32}, source.image(2).shape());
        assertEquals(1, source.image(0).getDouble(0, 2, 0, 0), 1e-6, "white behind it");
        assertTrue(source.image(0).getDouble(0, 2, 16, 16) < 1, "and something in front");
    }

    @Test
    void categories() throws IOException {
        assertEquals(1, EmojiFiles.read(folder, Set.of("Flags")).size());
        MalformedFileException e =
                assertThrows(
                        MalformedFileException.class,
                        () -> EmojiFiles.read(folder, Set.of("Fruit")));
        assertEquals(
                folder.resolve("emoji.json")
                        + ": no emoji in the categories [Fruit], there are [Smileys & Emotion,"
                        + " Animals & Nature, Symbols, Flags]",
                e.getMessage());
    }

    @Test
    void aMissingFolderSaysWhereToGetIt() {
        MalformedFileException e =
                assertThrows(
                        MalformedFileException.class,
                        () -> EmojiFiles.read(folder.resolve("elsewhere")));
        assertTrue(e.getMessage().endsWith("no such folder: examples/fetch-emoji.sh fetches it"));
    }
}
