package org.dl4jplugins.align.data;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Tokens of an example, and which of them the model shall say.
 *
 * @param ids token ids
 * @param learned for each, whether the loss counts it
 */
public record LabeledTokens(int[] ids, boolean[] learned) {

    /**
     * Tokens of a conversation. An answer is encoded in the context of what is given before it, but
     * what is given always has the tokens that it has alone, as when the model is asked.
     *
     * @param encoder the model's tokenizer
     * @param segments as {@link PromptTemplate#segments} gives them
     * @return ids with begin and end tokens; learned are the answers and their end tokens
     */
    public static LabeledTokens of(TextEncoder encoder, List<Segment> segments) {
        IntList ids = new IntList();
        boolean[] learned = new boolean[16];
        String before = "";
        for (Segment segment : segments) {
            int from = ids.size();
            if (segment.begin()) {
                add(ids, encoder.beginToken());
                from = ids.size();
            }
            ids.add(
                    segment.answer()
                            ? continuation(encoder, before, segment.text())
                            : encoder.encode(segment.text()));
            if (segment.end()) {
                add(ids, encoder.endToken());
            }
            if (learned.length < ids.size()) {
                learned = Arrays.copyOf(learned, Math.max(ids.size(), 2 * learned.length));
            }
            Arrays.fill(learned, from, ids.size(), segment.answer());
            before = segment.text();
        }
        return new LabeledTokens(ids.toArray(), Arrays.copyOf(learned, ids.size()));
    }

    private static void add(IntList ids, OptionalInt token) {
        if (token.isPresent()) {
            ids.add(token.getAsInt());
        }
    }

    /** The tokens of a text that goes on from another one. */
    private static int[] continuation(TextEncoder encoder, String before, String text) {
        int[] whole = encoder.encode(before + text);
        int[] given = encoder.encode(before);
        boolean split =
                given.length < whole.length
                        && Arrays.equals(whole, 0, given.length, given, 0, given.length);
        return split ? Arrays.copyOfRange(whole, given.length, whole.length) : encoder.encode(text);
    }

    /** {@return the number of tokens} */
    public int size() {
        return ids.length;
    }

    /** Number of tokens before the last run of learned ones. */
    int prompt() {
        int start = ids.length;
        while (start > 0 && !learned[start - 1]) {
            start--;
        }
        while (start > 0 && learned[start - 1]) {
            start--;
        }
        return start;
    }

    /** {@return the number of learned tokens} */
    public int labels() {
        int count = 0;
        for (boolean one : learned) {
            count += one ? 1 : 0;
        }
        return count;
    }

    /**
     * Gives up tokens of the prompt before the last answer, never its begin token.
     *
     * @param maximum how many tokens may remain
     * @param begin the begin token, or empty
     * @return null if the last answer does not fit with at least one token before it
     */
    LabeledTokens cut(int maximum, OptionalInt begin, Truncation truncation) {
        if (size() <= maximum) {
            return this;
        }
        int prompt = prompt();
        int answer = size() - prompt;
        int fixed = begin.isPresent() && ids.length > 0 && ids[0] == begin.getAsInt() ? 1 : 0;
        int room = maximum - answer - fixed;
        if (room < 0 || room + fixed == 0) {
            return null;
        }
        int surplus = prompt - fixed - room;
        int head = fixed + truncation.head(room);
        int[] keptIds = new int[maximum];
        boolean[] keptLearned = new boolean[maximum];
        System.arraycopy(ids, 0, keptIds, 0, head);
        System.arraycopy(ids, head + surplus, keptIds, head, maximum - head);
        System.arraycopy(learned, 0, keptLearned, 0, head);
        System.arraycopy(learned, head + surplus, keptLearned, head, maximum - head);
        return new LabeledTokens(keptIds, keptLearned);
    }

    /** Only the last run of learned tokens remains so. */
    LabeledTokens onlyLast() {
        boolean[] last = learned.clone();
        Arrays.fill(last, 0, prompt(), false);
        return new LabeledTokens(ids, last);
    }

    /** All tokens learned. */
    LabeledTokens allLearned() {
        boolean[] all = new boolean[ids.length];
        Arrays.fill(all, true);
        return new LabeledTokens(ids, all);
    }
}
