package org.dl4jplugins.multimodal.data;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Painted scenes with their captions, made when they are asked for.
 *
 * @param generator of the scenes
 * @param painter decides the size
 * @param first number of the first scene; sets apart data of one generator, such as training from
 *     validation
 * @param size how many scenes
 */
public record SceneSource(SceneGenerator generator, ScenePainter painter, long first, int size)
        implements ImageTextSource {

    /** Checks the size. */
    public SceneSource {
        Ensure.atLeast(1, "size", size);
    }

    @Override
    public INDArray image(int number) {
        return ImageArrays.toArray(painter.paint(generator.scene(first + number)), 3);
    }

    @Override
    public String text(int number) {
        return generator.caption(first + number);
    }
}
