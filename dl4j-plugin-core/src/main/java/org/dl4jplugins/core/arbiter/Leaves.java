package org.dl4jplugins.core.arbiter;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;

/** What Arbiter's leaf spaces do not do by themselves. */
public final class Leaves {

    private Leaves() {}

    /**
     * A space with a single value becomes a fixed value: Arbiter's grid search gives no coordinate
     * to such a space and would read its neighbor's.
     *
     * @param space any
     * @param <P> what its values are
     * @return the space, or its only value as a fixed one
     */
    public static <P> ParameterSpace<P> simplified(ParameterSpace<P> space) {
        if (space instanceof DiscreteParameterSpace<P> discrete && discrete.numValues() == 1) {
            discrete.setIndices(0);
            return new FixedValue<>(discrete.getValue(new double[1]));
        }
        if (space instanceof IntegerParameterSpace range && range.getMin() == range.getMax()) {
            range.setIndices(0);
            return new FixedValue<>(space.getValue(new double[1]));
        }
        return space;
    }

    /**
     * All values of a fixed or discrete space, the ends of a range of integers.
     *
     * @param argument name of the space in messages
     * @param space fixed, discrete or integers
     * @return its values
     * @throws IllegalArgumentException if it is a space of another kind
     */
    public static List<?> values(String argument, ParameterSpace<?> space) {
        if (space instanceof FixedValue<?> fixed) {
            return List.of(fixed.getValue());
        }
        if (space instanceof IntegerParameterSpace range) {
            return List.of(range.getMin(), range.getMax());
        }
        if (space instanceof DiscreteParameterSpace<?> discrete) {
            int size = discrete.numValues();
            discrete.setIndices(0);
            return IntStream.range(0, size)
                    .mapToObj(i -> discrete.getValue(new double[] {(i + 0.5) / size}))
                    .toList();
        }
        throw new IllegalArgumentException(
                argument + ": " + space + " given, right are fixed or discrete values");
    }

    /**
     * All values of a fixed or discrete space, the ends and the middle of any other.
     *
     * @param space any leaf
     * @return some or all of its values
     */
    public static List<?> examples(ParameterSpace<?> space) {
        if (space instanceof FixedValue || space instanceof DiscreteParameterSpace) {
            return values("values", space);
        }
        space.setIndices(0);
        return Stream.of(0.0, 0.5, 1.0).map(at -> space.getValue(new double[] {at})).toList();
    }

    /**
     * A number of whichever box: numbers come back from JSON as other boxes than they went in.
     *
     * @param value of a space of numbers
     * @return the value
     */
    public static Number number(Object value) {
        return (Number) value;
    }

    /**
     * A constant of an enumeration: they come back from JSON as text.
     *
     * @param type the enumeration
     * @param value a constant or its name
     * @param <E> the enumeration
     * @return the constant
     */
    public static <E extends Enum<E>> E constant(Class<E> type, Object value) {
        return type.isInstance(value)
                ? type.cast(value)
                : Enum.valueOf(type, String.valueOf(value));
    }
}
