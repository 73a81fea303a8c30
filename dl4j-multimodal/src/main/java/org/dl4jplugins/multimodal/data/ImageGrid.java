package org.dl4jplugins.multimodal.data;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.dl4jplugins.core.report.Chart;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures side by side, row by row, with or without a text beneath each: samples of a model, in a
 * file of their own or as a {@link Chart} on a page.
 *
 * <pre>{@code
 * ImageGrid grid = new ImageGrid.Builder("samples", images).columns(8).captions(prompts).build();
 * grid.write(Path.of("samples.png"));
 * HtmlReport.builder("Experiment").chart(grid, "what it draws").write(page);
 * }</pre>
 */
public final class ImageGrid implements Chart {
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 11);
    private static final Color TEXT = new Color(0x22, 0x2b, 0x36);

    private final String title;
    private final List<BufferedImage> images;
    private final List<String> captions;
    private final int columns;
    private final int scale;
    private final int gap;

    private ImageGrid(Builder builder) {
        title = builder.title;
        images = builder.images;
        captions = builder.captions;
        columns = builder.columns;
        scale = builder.scale;
        gap = builder.gap;
    }

    @Override
    public String title() {
        return title;
    }

    /** The picture of {@link #png()} inside an SVG document; pixels are never blurred. */
    @Override
    public String svg() {
        BufferedImage image = image();
        String size = "width=\"" + image.getWidth() + "\" height=\"" + image.getHeight() + "\"";
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" "
                + size
                + "><image "
                + size
                + " style=\"image-rendering:pixelated\" href=\"data:image/png;base64,"
                + Base64.getEncoder().encodeToString(encode(image))
                + "\"/></svg>";
    }

    @Override
    public byte[] png() {
        return encode(image());
    }

    private static byte[] encode(BufferedImage image) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    /**
     * The grid as a picture.
     *
     * @return RGB on white
     */
    public BufferedImage image() {
        int cellWidth = images.get(0).getWidth() * scale;
        int cellHeight = images.get(0).getHeight() * scale;
        List<List<String>> texts = wrapped(cellWidth);
        int lines = texts.stream().mapToInt(List::size).max().orElse(0);
        int lineHeight = metrics(FONT).getHeight();
        int rowHeight = cellHeight + lines * lineHeight + gap;
        int rows = (images.size() + columns - 1) / columns;
        BufferedImage grid =
                new BufferedImage(
                        gap + columns * (cellWidth + gap),
                        gap + rows * rowHeight,
                        BufferedImage.TYPE_INT_RGB);
        Graphics2D g = grid.createGraphics();
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, grid.getWidth(), grid.getHeight());
        g.setColor(TEXT);
        g.setFont(FONT);
        int ascent = g.getFontMetrics().getAscent();
        for (int i = 0; i < images.size(); i++) {
            int x = gap + i % columns * (cellWidth + gap);
            int y = gap + i / columns * rowHeight;
            g.drawImage(images.get(i), x, y, cellWidth, cellHeight, null);
            for (int line = 0; i < texts.size() && line < texts.get(i).size(); line++) {
                g.drawString(
                        texts.get(i).get(line), x, y + cellHeight + line * lineHeight + ascent);
            }
        }
        g.dispose();
        return grid;
    }

    private List<List<String>> wrapped(int width) {
        if (captions.isEmpty()) {
            return List.of();
        }
        FontMetrics metrics = metrics(FONT);
        return captions.stream().map(text -> wrap(text, width, metrics)).toList();
    }

    /** Lines that fit; a single word that does not stays as it is. */
    private static List<String> wrap(String text, int width, FontMetrics metrics) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.strip().split("\\s+")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (!line.isEmpty() && metrics.stringWidth(longer) > width) {
                lines.add(line);
                line = word;
            } else {
                line = longer;
            }
        }
        lines.add(line);
        return lines;
    }

    private static FontMetrics metrics(Font font) {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            return g.getFontMetrics(font);
        } finally {
            g.dispose();
        }
    }

    /** Settings of an {@link ImageGrid}. */
    public static final class Builder {
        private final String title;
        private final List<BufferedImage> images;
        private List<String> captions = List.of();
        private int columns;
        private int scale;
        private int gap = 4;

        /**
         * @param title what the pictures are
         * @param images [batch, channel, height, width] in [-1, 1] with 1 or 3 channels
         */
        public Builder(String title, INDArray images) {
            this(title, ImageArrays.toImages(images));
        }

        /**
         * @param title what the pictures are
         * @param images at least one, all of one size
         */
        public Builder(String title, List<BufferedImage> images) {
            Ensure.that(!title.isBlank(), "title", "'" + title + "'", "some text");
            Ensure.that(!images.isEmpty(), "images", "none", "at least one picture");
            this.title = title;
            this.images = List.copyOf(images);
            BufferedImage first = images.get(0);
            for (BufferedImage image : images) {
                Ensure.that(
                        image.getWidth() == first.getWidth()
                                && image.getHeight() == first.getHeight(),
                        "height x width of the images",
                        image.getHeight() + " x " + image.getWidth(),
                        first.getHeight() + " x " + first.getWidth() + ", as of the first");
            }
            columns = (int) Math.ceil(Math.sqrt(images.size()));
            scale = Math.max(1, 96 / first.getWidth());
        }

        /** Pictures per row; by default as many as make a square. */
        public Builder columns(int columns) {
            this.columns = Ensure.atLeast(1, "columns", columns);
            return this;
        }

        /** Screen pixels per pixel; by default as many as make a picture 96 wide. */
        public Builder scale(int scale) {
            this.scale = Ensure.atLeast(1, "scale", scale);
            return this;
        }

        /** Screen pixels between pictures, default 4. */
        public Builder gap(int gap) {
            this.gap = Ensure.atLeast(0, "gap", gap);
            return this;
        }

        /** A text beneath each picture, in the pictures' order; none by default. */
        public Builder captions(List<String> captions) {
            Ensure.that(
                    captions.size() == images.size(),
                    "number of captions",
                    captions.size(),
                    "that of the images, " + images.size());
            this.captions = List.copyOf(captions);
            return this;
        }

        /** The grid. */
        public ImageGrid build() {
            return new ImageGrid(this);
        }
    }
}
