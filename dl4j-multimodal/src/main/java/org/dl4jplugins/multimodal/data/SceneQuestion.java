package org.dl4jplugins.multimodal.data;

/**
 * A question about a scene and its answer.
 *
 * @param kind what is asked for
 * @param question in small letters, with a question mark
 * @param answer in small letters: a color, a shape, a size, a place, a number as a word, yes or no
 */
public record SceneQuestion(Kind kind, String question, String answer) {

    /** What is asked for. */
    public enum Kind {
        /** What color is it? */
        COLOR,
        /** What shape is it? */
        SHAPE,
        /** Is it small or large? */
        SIZE,
        /** Where is it? */
        PLACE,
        /** How many are there? */
        COUNT,
        /** Is there a ...? */
        EXISTENCE,
        /** Is it left of, right of, above or below ...? */
        RELATION
    }
}
