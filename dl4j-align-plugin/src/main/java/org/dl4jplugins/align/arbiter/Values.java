package org.dl4jplugins.align.arbiter;

import java.util.List;
import java.util.function.DoublePredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;

/** What Arbiter's leaf spaces do not do by themselves. */
final class Values {

    private Values() {}

    /**
     * A space with a single value becomes a fixed value: Arbiter's grid search gives no coordinate
     * to such a space and would read its neighbor's.
     */
    static <P> ParameterSpace<P> simplified(ParameterSpace<P> space) {
        if (space instanceof DiscreteParameterSpace<P> discrete && discrete.numValues() == 1) {
            discrete.setIndices(0);
            return new FixedValue<>(discrete.getValue(new double[1]));
        }
        return space;
    }

    /** A space of numbers of which none is wrong. */
    static <P extends Number> ParameterSpace<P> numbers(
            String name, ParameterSpace<P> space, DoublePredicate right, String range) {
        for (Object value : examples(space)) {
            require(right.test(number(value).doubleValue()), name, value, range);
        }
        return simplified(space);
    }

    /** All values of a fixed or discrete space, the ends and the middle of any other. */
    static List<?> examples(ParameterSpace<?> space) {
        if (space instanceof FixedValue<?> fixed) {
            return List.of(fixed.getValue());
        }
        space.setIndices(0);
        if (space instanceof DiscreteParameterSpace<?> discrete) {
            int size = discrete.numValues();
            return IntStream.range(0, size)
                    .mapToObj(i -> discrete.getValue(new double[] {(i + 0.5) / size}))
                    .toList();
        }
        return Stream.of(0.0, 0.5, 1.0).map(at -> space.getValue(new double[] {at})).toList();
    }

    /** Numbers come back from JSON as other boxes than they went in. */
    static Number number(Object value) {
        return (Number) value;
    }

    static void require(boolean ok, String name, Object value, String right) {
        if (!ok) {
            throw new IllegalArgumentException(name + ": " + value + " given, right is " + right);
        }
    }
}
