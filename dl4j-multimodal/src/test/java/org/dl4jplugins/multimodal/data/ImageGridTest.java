package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import javax.imageio.ImageIO;
import org.dl4jplugins.core.report.HtmlReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageGridTest {

    private static final int WHITE = 0xffffffff;

    /** Five pictures 2 high and 3 wide; picture i is gray level 40 * i. */
    private static INDArray grays() {
        INDArray images = Nd4j.zeros(5, 1, 2, 3);
        for (int i = 0; i < 5; i++) {
            images.slice(i).assign(40 * i / 127.5 - 1);
        }
        return images;
    }

    private static int gray(int level) {
        return 0xff000000 | level * 0x010101;
    }

    @Test
    void picturesStandRowByRow() throws IOException {
        ImageGrid grid = new ImageGrid.Builder("grays", grays()).columns(3).scale(2).gap(1).build();
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(grid.png()));
        assertEquals(1 + 3 * 7, image.getWidth());
        assertEquals(1 + 2 * 5, image.getHeight());
        assertEquals(WHITE, image.getRGB(0, 0));
        assertEquals(gray(0), image.getRGB(1, 1));
        assertEquals(gray(40), image.getRGB(8, 1));
        assertEquals(gray(80), image.getRGB(20, 4));
        assertEquals(gray(120), image.getRGB(1, 6));
        assertEquals(gray(160), image.getRGB(8, 9));
        assertEquals(WHITE, image.getRGB(15, 9));
        assertEquals(WHITE, image.getRGB(7, 2));
    }

    @Test
    void captionsStandBeneathWithoutCoveringPictures() {
        ImageGrid.Builder builder = new ImageGrid.Builder("grays", grays()).columns(5).scale(20);
        int plain = builder.build().image().getHeight();
        BufferedImage one = builder.captions(Collections.nCopies(5, "gray")).build().image();
        assertTrue(one.getHeight() > plain);
        BufferedImage wrapped =
                builder.captions(List.of("gray", "gray", "gray gray gray gray", "", "gray"))
                        .build()
                        .image();
        assertTrue(wrapped.getHeight() > one.getHeight(), "long captions are wrapped");
        assertEquals(gray(0), one.getRGB(4, 43), "the picture's last row");
        int ink = 0;
        for (int y = 44; y < one.getHeight(); y++) {
            for (int x = 0; x < 64; x++) {
                ink += one.getRGB(x, y) == WHITE ? 0 : 1;
            }
        }
        assertTrue(ink > 20, "text is drawn");
    }

    @Test
    void isAChartOfAPage(@TempDir Path folder) throws IOException {
        ImageGrid grid = new ImageGrid.Builder("grays", grays()).build();
        HtmlReport.builder("page").chart(grid, "all grays").write(folder.resolve("page.html"));
        assertTrue(Files.readString(folder.resolve("page.html")).contains("alt=\"grays\""));
        assertTrue(grid.svg().startsWith("<svg xmlns"));
        grid.write(folder.resolve("grays.png"));
        assertArrayEquals(grid.png(), Files.readAllBytes(folder.resolve("grays.png")));
    }

    @Test
    void wrongSettingsAreNamed() {
        ImageGrid.Builder builder = new ImageGrid.Builder("grays", grays());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> builder.captions(List.of("one")));
        assertEquals("number of captions must be that of the images, 5, got 1", e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder.columns(0));
        assertThrows(IllegalArgumentException.class, () -> builder.scale(0));
        assertThrows(IllegalArgumentException.class, () -> builder.gap(-1));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ImageGrid.Builder("grays", List.<BufferedImage>of()));
    }
}
