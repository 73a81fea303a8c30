package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.LabeledTokens;

/**
 * An example as tokens.
 *
 * @param input what the graph reads: the conversation without its last token, or an encoder's
 *     prompt
 * @param decoder what a decoder behind an encoder reads, null for a decoder alone
 * @param labels what is predicted at each of the decoder's time steps
 * @param learned which of those the loss counts
 */
record ExampleTokens(int[] input, int[] decoder, int[] labels, boolean[] learned) {

    /** Prompt and answers of a decoder alone; all answers are learned. */
    static ExampleTokens ofDecoder(PromptText text, ImageExample example) {
        LabeledTokens whole = text.labeled(example.messages(), example.images().length);
        int n = whole.size();
        return new ExampleTokens(
                Arrays.copyOf(whole.ids(), n - 1),
                null,
                Arrays.copyOfRange(whole.ids(), 1, n),
                Arrays.copyOfRange(whole.learned(), 1, n));
    }

    /** The prompt for the encoder, the last answer for the decoder. */
    static ExampleTokens ofEncoder(PromptText text, ImageExample example) {
        List<ChatMessage> messages = example.messages();
        int last = messages.size() - 1;
        int[] prompt = text.encoderPrompt(messages.subList(0, last), example.images().length);
        int[] labels = text.ended(messages.get(last).content());
        int[] decoder = new int[labels.length];
        if (labels.length > 0) {
            decoder[0] = text.decoderStart();
            System.arraycopy(labels, 0, decoder, 1, labels.length - 1);
        }
        boolean[] learned = new boolean[labels.length];
        Arrays.fill(learned, true);
        return new ExampleTokens(prompt, decoder, labels, learned);
    }

    /** Number of labels that count. */
    int answers() {
        int count = 0;
        for (boolean one : learned) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /** Time steps of the longer of both sides. */
    int length() {
        return Math.max(input.length, labels.length);
    }
}
