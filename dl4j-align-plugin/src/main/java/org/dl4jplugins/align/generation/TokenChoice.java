package org.dl4jplugins.align.generation;

import java.util.List;
import java.util.SplittableRandom;

/** Chooses one prompt's next tokens. */
final class TokenChoice {
    private final List<LogitsRule> rules;
    private final SplittableRandom random;

    /**
     * @param rules applied in order
     * @param random draws from what the rules leave, or null for the most likely token
     */
    TokenChoice(List<LogitsRule> rules, SplittableRandom random) {
        this.rules = rules;
        this.random = random;
    }

    /**
     * The next token; the logits are changed.
     *
     * @throws IllegalStateException if the logits are NaN or every token is forbidden
     */
    int next(float[] logits, int[] ids) {
        for (LogitsRule rule : rules) {
            rule.apply(logits, ids);
        }
        return random == null ? largest(logits) : draw(Softmax.of(logits));
    }

    private static int largest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        if (logits[best] == Float.NEGATIVE_INFINITY) {
            throw new IllegalStateException("The rules forbid every token");
        }
        return best;
    }

    private int draw(double[] probabilities) {
        double rest = random.nextDouble();
        int last = -1;
        for (int i = 0; i < probabilities.length; i++) {
            if (probabilities[i] > 0) {
                last = i;
                rest -= probabilities[i];
                if (rest < 0) {
                    return i;
                }
            }
        }
        if (last < 0) {
            throw new IllegalStateException("The rules forbid every token");
        }
        return last;
    }
}
