package org.dl4jplugins.multimodal.data;

import org.apache.commons.math3.random.RandomGenerator;

/** How freely things are placed in scenes; each makes exactly the scene's description true. */
public enum SceneArrangement {
    /** Anywhere: no two pictures have their edges at the same pixels. */
    SCATTERED {
        @Override
        Scene place(SceneDescription description, RandomGenerator random) {
            return SceneLayout.place(description, random);
        }
    },
    /**
     * Near the middles of the nine cells of a grid of three by three, none beyond its cell; two
     * things in opposite rows or columns. Models of few patches learn such scenes from far fewer
     * pictures.
     */
    GRID {
        @Override
        Scene place(SceneDescription description, RandomGenerator random) {
            return GridLayout.place(description, random);
        }
    };

    abstract Scene place(SceneDescription description, RandomGenerator random);
}
