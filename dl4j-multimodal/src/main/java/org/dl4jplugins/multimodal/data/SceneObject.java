package org.dl4jplugins.multimodal.data;

/**
 * One thing at an exact place, in units of the picture's side.
 *
 * @param item what it is
 * @param x of its center, 0 (left) to 1 (right)
 * @param y of its center, 0 (top) to 1 (bottom)
 * @param radius half its width
 */
public record SceneObject(SceneItem item, double x, double y, double radius) {}
