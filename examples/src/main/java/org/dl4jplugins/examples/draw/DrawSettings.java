package org.dl4jplugins.examples.draw;

import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneKind;
import org.dl4jplugins.multimodal.data.SceneShape;
import org.dl4jplugins.multimodal.data.SceneWorld;

/**
 * How large the search's task is: one thing of three colors and two shapes in five places.
 *
 * @param side of the pictures in pixels, a multiple of 8
 * @param patch of the U-ViT in pixels
 * @param trainingSteps of each candidate
 * @param batch scenes per step, of candidates and of the judge
 * @param judgeSteps training of the network that judges
 * @param drawn pictures that each candidate draws
 */
record DrawSettings(int side, int patch, int trainingSteps, int batch, int judgeSteps, int drawn) {

    /**
     * Settings by name.
     *
     * @param scale embedded or tiny
     * @throws IllegalArgumentException if it is neither
     */
    static DrawSettings scale(String scale) {
        return switch (scale) {
            case "embedded" -> new DrawSettings(16, 2, 600, 32, 300, 64);
            case "tiny" -> new DrawSettings(8, 4, 2, 4, 2, 4);
            default ->
                    throw new IllegalArgumentException(
                            "scale: " + scale + " given, right is embedded or tiny");
        };
    }

    /** The scenes there are. */
    static SceneWorld world() {
        return new SceneWorld.Builder()
                .colors(SceneColor.RED, SceneColor.GREEN, SceneColor.BLUE)
                .shapes(SceneShape.CIRCLE, SceneShape.SQUARE)
                .kinds(SceneKind.PLACED)
                .build();
    }
}
