package org.dl4jplugins.multimodal.arbiter;

import java.util.function.DoublePredicate;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.dl4jplugins.core.arbiter.Leaves;

/** Checks of values that name argument, given value and right values. */
final class Values {

    private Values() {}

    /** A space of numbers of which none is wrong. */
    static <P extends Number> ParameterSpace<P> numbers(
            String name, ParameterSpace<P> space, DoublePredicate right, String range) {
        for (Object value : Leaves.examples(space)) {
            require(right.test(Leaves.number(value).doubleValue()), name, value, range);
        }
        return Leaves.simplified(space);
    }

    static void require(boolean ok, String name, Object value, String right) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " given, right is " + right);
        }
    }
}
