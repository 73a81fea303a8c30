package org.dl4jplugins.multimodal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ScenePainterTest {

    private static final int GROUND = 0xff000000 | ScenePainter.BACKGROUND;

    private static Scene scene(SceneShape shape) {
        SceneItem item = new SceneItem(SceneColor.RED, shape);
        return new Scene(
                new Placed(SceneSize.LARGE, item, ScenePlace.CENTER),
                List.of(new SceneObject(item, 0.5, 0.25, 0.2)));
    }

    /** Share of the picture that is covered, by how much of the way from ground to red it went. */
    private static double area(BufferedImage image) {
        double covered = 0;
        int ground = GROUND >> 16 & 0xff;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int red = image.getRGB(x, y) >> 16 & 0xff;
                covered += (red - ground) / (double) (0xe6 - ground);
            }
        }
        return covered / image.getWidth() / image.getHeight();
    }

    @Test
    void shapesHaveTheirAreasAtAnySize() {
        for (int size : new int[] {32, 100}) {
            ScenePainter painter = new ScenePainter(size, size);
            double r = 0.2;
            assertEquals(Math.PI * r * r, area(painter.paint(scene(SceneShape.CIRCLE))), 0.002);
            assertEquals(
                    Math.pow(1.76 * r, 2), area(painter.paint(scene(SceneShape.SQUARE))), 0.002);
            assertEquals(
                    2.3 * r * 2 * r / 2, area(painter.paint(scene(SceneShape.TRIANGLE))), 0.002);
            assertEquals(
                    (2 * 2 * 0.68 - 0.68 * 0.68) * r * r,
                    area(painter.paint(scene(SceneShape.CROSS))),
                    0.002);
        }
    }

    @Test
    void edgesAreAntialiased() {
        BufferedImage image = new ScenePainter(32, 32).paint(scene(SceneShape.CIRCLE));
        int between = 0;
        for (int i = 0; i < 1024; i++) {
            int rgb = image.getRGB(i % 32, i / 32);
            between += rgb != GROUND && rgb != 0xffe6261f ? 1 : 0;
        }
        assertTrue(between > 15, between + " pixels between the colors");
    }

    @Test
    void arraysAreRowByRowAndUpIsUp() {
        INDArray array = new ScenePainter(32, 64).array(List.of(scene(SceneShape.SQUARE)));
        assertArrayEquals(new long[] {1, 3, 32, 64}, array.shape());
        assertEquals(0xe6 / 127.5 - 1, array.getDouble(0, 0, 8, 32), 1e-6);
        assertEquals(0x26 / 127.5 - 1, array.getDouble(0, 1, 8, 32), 1e-6);
        assertEquals(0x1f / 127.5 - 1, array.getDouble(0, 2, 8, 32), 1e-6);
        assertEquals(0x20 / 127.5 - 1, array.getDouble(0, 0, 24, 32), 1e-6);
    }

    @Test
    void everyThingIsSeen() {
        SceneItem item = new SceneItem(SceneColor.WHITE, SceneShape.SQUARE);
        Scene scene =
                new SceneGenerator(SceneWorld.full().descriptions(), 1)
                        .scene(new Counted(4, item), 17);
        BufferedImage image = new ScenePainter(64, 64).paint(scene);
        for (SceneObject object : scene.objects()) {
            assertEquals(
                    0xffffffff, image.getRGB((int) (object.x() * 64), (int) (object.y() * 64)));
        }
    }

    @Test
    void tooSmallIsRefused() {
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> new ScenePainter(32, 7));
        assertEquals("width must be at least 8, got 7", e.getMessage());
    }
}
