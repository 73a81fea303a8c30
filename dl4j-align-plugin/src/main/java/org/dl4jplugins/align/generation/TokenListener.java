package org.dl4jplugins.align.generation;

/** Is told each token as it is chosen; not used by beam search, which changes its mind. */
@FunctionalInterface
public interface TokenListener {

    /**
     * Called for each new token.
     *
     * @param prompt number of the prompt, from 0
     * @param id the token
     * @param text what became readable with it; empty while a character is incomplete
     * @return whether to go on with this prompt
     */
    boolean onToken(int prompt, int id, String text);
}
