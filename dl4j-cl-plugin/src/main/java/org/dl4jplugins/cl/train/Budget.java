package org.dl4jplugins.cl.train;

/**
 * How long each task is learned.
 *
 * @param epochs passes over its data at most, 0 for no limit
 * @param steps gradient steps at most, those on memory included, 0 for no limit
 */
public record Budget(int epochs, long steps) {

    /**
     * @throws IllegalArgumentException if a limit is negative or there is none
     */
    public Budget {
        if (epochs < 0 || steps < 0 || epochs == 0 && steps == 0) {
            throw new IllegalArgumentException(
                    "A budget needs epochs or steps above 0, got " + epochs + " and " + steps);
        }
    }

    /**
     * Passes over the data. Methods that learn from memory in between take more gradient steps.
     *
     * @param epochs at least 1
     */
    public static Budget epochs(int epochs) {
        return new Budget(epochs, 0);
    }

    /**
     * Gradient steps, the same for every method: the fair comparison.
     *
     * @param steps per task, those on memory included, at least 1
     */
    public static Budget steps(long steps) {
        return new Budget(0, steps);
    }

    boolean allows(int epoch, long used, int cost) {
        return (epochs == 0 || epoch < epochs) && (steps == 0 || used + cost <= steps);
    }
}
