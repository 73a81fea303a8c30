package org.dl4jplugins.multimodal.data;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Paints scenes, antialiased, at any size, on one background color. Needs no display. */
public final class ScenePainter {

    /** Default background, a dark gray. */
    public static final int BACKGROUND = 0x202428;

    private final int height;
    private final int width;
    private final Color background;

    /**
     * On the default background.
     *
     * @param height in pixels, 8 or more
     * @param width in pixels, 8 or more; circles become ellipses if it is not the height
     */
    public ScenePainter(int height, int width) {
        this(height, width, BACKGROUND);
    }

    /**
     * @param height in pixels, 8 or more
     * @param width in pixels, 8 or more
     * @param background red, green and blue, 8 bits each
     */
    public ScenePainter(int height, int width, int background) {
        this.height = Ensure.atLeast(8, "height", height);
        this.width = Ensure.atLeast(8, "width", width);
        this.background = new Color(background);
    }

    /** Height of the pictures in pixels. */
    public int height() {
        return height;
    }

    /** Width of the pictures in pixels. */
    public int width() {
        return width;
    }

    /** A picture in RGB. */
    public BufferedImage paint(Scene scene) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(background);
        g.fillRect(0, 0, width, height);
        AffineTransform unit = AffineTransform.getScaleInstance(width, height);
        for (SceneObject object : scene.objects()) {
            g.setColor(new Color(object.item().color().rgb()));
            g.fill(
                    unit.createTransformedShape(
                            object.item()
                                    .shape()
                                    .outline(object.x(), object.y(), object.radius())));
        }
        g.dispose();
        return image;
    }

    /**
     * Pictures as an array.
     *
     * @param scenes at least one
     * @return FLOAT [scenes, 3, height, width] in [-1, 1]
     */
    public INDArray array(List<Scene> scenes) {
        return ImageArrays.toArray(scenes.stream().map(this::paint).toList(), 3);
    }
}
