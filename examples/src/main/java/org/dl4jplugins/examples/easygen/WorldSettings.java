package org.dl4jplugins.examples.easygen;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import org.dl4jplugins.multimodal.data.SceneArrangement;
import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneShape;

/**
 * The scenes.
 *
 * @param colors the first so many colors, 2 to 6
 * @param shapes the first so many shapes, 2 to 4
 * @param maxCount most things that are alike, 2 to 6
 * @param side height and width of the pictures in pixels, a multiple of 8
 * @param heldOut share of the descriptions that training never shows, above 0 and below 1
 * @param arrangement how freely things are placed
 * @param paraphrases whether captions are worded in all ways; if not, in the shortest
 */
record WorldSettings(
        int colors,
        int shapes,
        int maxCount,
        int side,
        double heldOut,
        SceneArrangement arrangement,
        boolean paraphrases) {

    WorldSettings {
        int allColors = SceneColor.values().length;
        int allShapes = SceneShape.values().length;
        require(colors >= 2 && colors <= allColors, "colors", colors, "from 2 to " + allColors);
        require(shapes >= 2 && shapes <= allShapes, "shapes", shapes, "from 2 to " + allShapes);
        require(maxCount >= 2 && maxCount <= 6, "maxCount", maxCount, "from 2 to 6");
        require(side >= 8 && side % 8 == 0, "side", side, "a multiple of 8");
        require(arrangement != null, "arrangement", arrangement, "SCATTERED or GRID");
        require(heldOut > 0 && heldOut < 1, "heldOut", heldOut, "above 0 and below 1");
    }
}
