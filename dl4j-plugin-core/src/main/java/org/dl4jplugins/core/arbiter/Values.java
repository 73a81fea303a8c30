package org.dl4jplugins.core.arbiter;

import java.util.function.DoublePredicate;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;

/** Checks of values that name argument, given value and right values. */
public final class Values {

    private Values() {}

    /**
     * A space of numbers of which none is wrong.
     *
     * @param name of the argument
     * @param space of numbers
     * @param right whether a value is in range
     * @param range the right values in words
     * @param <P> the box of the numbers
     * @return the space, as {@link Leaves#simplified} makes it
     * @throws IllegalArgumentException if one of its {@link Leaves#examples} is out of range
     */
    public static <P extends Number> ParameterSpace<P> numbers(
            String name, ParameterSpace<P> space, DoublePredicate right, String range) {
        for (Object value : Leaves.examples(space)) {
            require(right.test(Leaves.number(value).doubleValue()), name, value, range);
        }
        return Leaves.simplified(space);
    }

    /**
     * Refuses a wrong value.
     *
     * @param ok whether it is right
     * @param name of the argument
     * @param value that is given
     * @param right the right values in words
     * @throws IllegalArgumentException if it is wrong
     */
    public static void require(boolean ok, String name, Object value, String right) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " given, right is " + right);
        }
    }
}
