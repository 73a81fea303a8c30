package org.dl4jplugins.mtl.balance;

/** What the user prefers, as one non-negative factor per task; or nothing. */
final class Preference {

    private final String name;
    private final double[] values;

    /**
     * @param name of the setting, for messages
     * @param values none for no preference; otherwise not negative, not all 0
     * @throws IllegalArgumentException if a value is not allowed
     */
    Preference(String name, double... values) {
        this.name = name;
        this.values = values.length == 0 ? new double[0] : Check.preference(name, values);
    }

    boolean given() {
        return values.length > 0;
    }

    /**
     * A copy of the factors.
     *
     * @param otherwise each factor if there is no preference
     * @throws IllegalArgumentException if there are factors for another number of tasks
     */
    double[] of(int tasks, double otherwise) {
        if (!given()) {
            return Small.filled(tasks, otherwise);
        }
        Check.count(name, values.length, tasks);
        return values.clone();
    }
}
