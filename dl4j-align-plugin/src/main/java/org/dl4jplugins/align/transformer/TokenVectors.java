package org.dl4jplugins.align.transformer;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A table with one vector per token that other vertices use too: as a language model's output
 * projection ({@link TiedProjection}) or for the ids of a second stack ({@link TiedEmbedding}).
 *
 * <p>Runtime layers implement it; a layer that wraps such a layer delegates. All users' gradients
 * add up in the owner's gradient view, in whatever order a backward pass reaches them.
 */
public interface TokenVectors {

    /**
     * The vectors.
     *
     * @return [vocabulary, width] in 'c' order, the parameters themselves
     */
    INDArray vectors();

    /**
     * Adds the gradient of logits {@code = hidden vectors^T}, that is {@code logitsGradient^T
     * hidden}; does nothing while the vectors are frozen. Called before the owner's own backward
     * pass.
     *
     * @param logitsGradient [tokens, vocabulary]
     * @param hidden [tokens, width]
     */
    void addProjectionGradient(INDArray logitsGradient, INDArray hidden);

    /**
     * Adds the gradient of looked-up vectors to their rows; does nothing while the vectors are
     * frozen, and nothing for padding.
     *
     * @param ids the rows
     * @param gradient [tokens, width]
     * @param afterOwner whether the owner's own backward pass comes before this call
     */
    void addLookupGradient(TokenIds ids, INDArray gradient, boolean afterOwner);

    /**
     * Reads and checks ids for a look-up in this table.
     *
     * @param ids [batch, time] or [batch, time, 1]
     * @param mask [batch, time] of 0 and 1, or null
     * @param reader what the error message names, such as {@code Layer "decoder.embed_tokens"}
     * @return the ids
     * @throws org.deeplearning4j.exception.DL4JInvalidInputException if the shapes do not fit or an
     *     unmasked id is no row of the table
     */
    default TokenIds read(INDArray ids, INDArray mask, String reader) {
        return TokenIds.read(ids, mask, vectors().size(0), reader);
    }
}
