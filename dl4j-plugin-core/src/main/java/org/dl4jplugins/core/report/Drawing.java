package org.dl4jplugins.core.report;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageIO;

/** A chart as something that paints itself: the way from there to SVG and PNG. */
abstract class Drawing implements Chart {
    static final int DEFAULT_WIDTH = 860;
    static final Color INK = new Color(0x22, 0x2b, 0x36);
    static final Color MUTED = new Color(0x6b, 0x75, 0x80);
    static final Color GRID = new Color(0xe3, 0xe6, 0xea);
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 11);

    /** Okabe and Ito's colors, which people with color-blindness can tell apart. */
    private static final Color[] PALETTE = {
        new Color(0x00, 0x72, 0xb2),
        new Color(0xd5, 0x5e, 0x00),
        new Color(0x00, 0x9e, 0x73),
        new Color(0xcc, 0x79, 0xa7),
        new Color(0xe6, 0x9f, 0x00),
        new Color(0x56, 0xb4, 0xe9),
        new Color(0x59, 0x59, 0x59),
        new Color(0x7f, 0x3c, 0x8d)
    };

    private static final String FONTS = "DejaVu Sans, Verdana, Arial, sans-serif";

    static {
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private final String title;
    private final int width;
    private final int height;

    Drawing(String title, int width, int height) {
        this.title = title;
        this.width = width;
        this.height = height;
    }

    static Color color(int series) {
        return PALETTE[series % PALETTE.length];
    }

    abstract void paint(Graphics2D g);

    final int width() {
        return width;
    }

    final int height() {
        return height;
    }

    @Override
    public final String title() {
        return title;
    }

    @Override
    public final String svg() {
        VectorGraphics2D g = new VectorGraphics2D();
        paintOnWhite(g);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            Processors.get("svg")
                    .getDocument(g.getCommands(), new PageSize(0, 0, width, height))
                    .writeTo(bytes);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        String document = bytes.toString(StandardCharsets.UTF_8);
        // The document type is an address on the web, and Java's logical font names are no CSS.
        return document.substring(document.indexOf("<svg"))
                .replaceAll("font:([^;]*?)(\"SansSerif\"|SansSerif)", "font:$1" + FONTS)
                .replaceAll("font-family:\"?SansSerif\"?", "font-family:" + FONTS);
    }

    @Override
    public final byte[] png() {
        BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.scale(2, 2);
        paintOnWhite(g);
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", bytes);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    private void paintOnWhite(Graphics2D g) {
        g.setColor(Color.WHITE);
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        paint(g);
    }
}
