package org.dl4jplugins.multimodal.diffusion.training;

import java.io.IOException;

/** Something to do now and then in a training, such as {@link SampleGrids}. */
@FunctionalInterface
public interface Milestone {

    /**
     * After a step. If weights are averaged, the average is in the graph meanwhile.
     *
     * @param step how many steps are done
     * @throws IOException if a file cannot be written
     */
    void reached(long step) throws IOException;
}
