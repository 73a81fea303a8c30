package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.dl4jplugins.core.io.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageLoaderTest {

    @TempDir Path folder;

    /** The left half red, the right half blue. */
    private Path halves(String name, String format, int height, int width) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < height * width; i++) {
            image.setRGB(i % width, i / width, i % width < width / 2 ? 0xff0000 : 0x0000ff);
        }
        Path file = folder.resolve(name);
        assertTrue(ImageIO.write(image, format, file.toFile()));
        return file;
    }

    private static ImageLoader.Builder builder(int height, int width) {
        return new ImageLoader.Builder(height, width);
    }

    private static MalformedFileException refused(ImageLoader loader, Path file) {
        MalformedFileException e =
                assertThrows(MalformedFileException.class, () -> loader.load(file));
        assertTrue(e.getMessage().startsWith(file + ": "), e.getMessage());
        return e;
    }

    @Test
    void theContentTellsTheFormat() throws IOException {
        for (String format : new String[] {"png", "jpg", "gif", "bmp"}) {
            INDArray image = builder(8, 8).build().load(halves(format + ".picture", format, 8, 8));
            assertArrayEquals(new long[] {1, 3, 8, 8}, image.shape());
            assertEquals(1, image.getDouble(0, 0, 4, 1), 0.1, format);
            assertEquals(-1, image.getDouble(0, 2, 4, 1), 0.1, format);
            assertEquals(1, image.getDouble(0, 2, 4, 6), 0.1, format);
        }
    }

    @Test
    void fits() throws IOException {
        Path wide = halves("wide.png", "png", 20, 40);
        BufferedImage cropped = builder(10, 10).build().image(wide);
        assertEquals(0xffff0000, cropped.getRGB(0, 0), "the middle is kept");
        assertEquals(0xff0000ff, cropped.getRGB(9, 9));
        BufferedImage padded =
                builder(10, 10).fit(ImageFit.PAD).background(0x00ff00).build().image(wide);
        assertEquals(0xff00ff00, padded.getRGB(5, 1));
        assertEquals(0xff00ff00, padded.getRGB(5, 8));
        assertEquals(0xffff0000, padded.getRGB(0, 5));
        assertEquals(0xff0000ff, padded.getRGB(9, 5));
        BufferedImage stretched = builder(10, 10).fit(ImageFit.STRETCH).build().image(wide);
        assertEquals(0xffff0000, stretched.getRGB(1, 9));
        assertEquals(0xff0000ff, stretched.getRGB(8, 0));
        BufferedImage larger = builder(60, 60).build().image(wide);
        assertEquals(0xffff0000, larger.getRGB(5, 59));
        assertEquals(
                wide + ": is 20 high and 40 wide, must be 20 high and 20 wide",
                refused(builder(20, 20).fit(ImageFit.EXACT).build(), wide).getMessage());
        builder(20, 40).fit(ImageFit.EXACT).build().load(wide);
    }

    /** One white pixel in sixteen: shrinking must not miss it, wherever it is. */
    @Test
    void shrinkingAverages() throws IOException {
        BufferedImage dots = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 256; i++) {
            dots.setRGB(i % 16 * 4 + 2, i / 16 * 4 + 1, 0xffffff);
        }
        Path file = folder.resolve("dots.png");
        ImageIO.write(dots, "png", file.toFile());
        BufferedImage small = builder(4, 4).build().image(file);
        for (int i = 0; i < 16; i++) {
            assertEquals(255 / 16.0, small.getRGB(i % 4, i / 4) & 0xff, 4);
        }
    }

    @Test
    void transparentPixelsShowTheBackground() throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, 0xffff0000);
        Path file = folder.resolve("transparent.png");
        ImageIO.write(image, "png", file.toFile());
        BufferedImage white = builder(4, 4).build().image(file);
        assertEquals(0xffff0000, white.getRGB(0, 0));
        assertEquals(0xffffffff, white.getRGB(3, 3));
        assertEquals(
                0xff112233, builder(4, 4).background(0x112233).build().image(file).getRGB(3, 3));
    }

    @Test
    void channels() throws IOException {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(1, 0, 0, 200);
        Path gray = folder.resolve("gray.png");
        ImageIO.write(image, "png", gray.toFile());
        INDArray one = builder(2, 2).channels(1).sameChannels(true).build().load(gray);
        assertArrayEquals(new long[] {1, 1, 2, 2}, one.shape());
        assertTrue(one.getDouble(0, 0, 0, 1) > 0.4);
        assertArrayEquals(new long[] {1, 3, 2, 2}, builder(2, 2).build().load(gray).shape());
        assertEquals(
                gray + ": has 1 color channels, must have 3",
                refused(builder(2, 2).sameChannels(true).build(), gray).getMessage());
        assertThrows(IllegalArgumentException.class, () -> builder(2, 2).channels(4));
    }

    /** 100 bytes that claim 90,000 by 90,000 pixels, 24 GB when decoded. */
    @Test
    void giganticPicturesAreRefusedBeforeDecoding() throws IOException {
        byte[] png = Files.readAllBytes(halves("bomb.png", "png", 4, 4));
        ByteBuffer.wrap(png).putInt(16, 90_000).putInt(20, 90_000);
        Path bomb = Files.write(folder.resolve("bomb.png"), png);
        assertEquals(
                bomb
                        + ": claims to be 90000 high and 90000 wide; the limits are 16384 on a side"
                        + " and 67108864 pixels",
                refused(builder(8, 8).build(), bomb).getMessage());
        Path small = halves("small.png", "png", 10, 20);
        builder(8, 8).limits(new ImageLimits(20, 200)).build().load(small);
        refused(builder(8, 8).limits(new ImageLimits(19, 200)).build(), small);
        refused(builder(8, 8).limits(new ImageLimits(20, 199)).build(), small);
        assertThrows(IllegalArgumentException.class, () -> new ImageLimits(0, 1));
    }

    @Test
    void unreadableFilesAreNamed() throws IOException {
        ImageLoader loader = builder(8, 8).build();
        Path missing = folder.resolve("missing.png");
        NoSuchFileException none =
                assertThrows(NoSuchFileException.class, () -> loader.load(missing));
        assertTrue(none.getMessage().contains("missing.png"));
        Path text = Files.writeString(folder.resolve("text.png"), "no picture at all");
        assertTrue(refused(loader, text).getMessage().contains("not a picture"));
        Path empty = Files.write(folder.resolve("empty.png"), new byte[0]);
        assertTrue(refused(loader, empty).getMessage().contains("not a picture"));
        byte[] png = Files.readAllBytes(halves("whole.png", "png", 40, 40));
        Path cut = Files.write(folder.resolve("cut.png"), Arrays.copyOf(png, 60));
        assertTrue(refused(loader, cut).getMessage().contains("damaged"));
        assertThrows(NoSuchFileException.class, () -> loader.load(folder));
    }
}
