package org.dl4jplugins.mtl.balance;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Parameters from a settings file: each has a default, and none may be left over. */
final class NamedParameters {

    private final String method;
    private final Map<String, Object> given;
    private final TreeSet<String> known = new TreeSet<>();

    NamedParameters(String method, Map<String, ?> given) {
        this.method = method;
        this.given = new TreeMap<>(given);
    }

    double number(String name, double otherwise) {
        Object value = take(name);
        return value == null ? otherwise : asNumber(name, value);
    }

    int integer(String name, int otherwise) {
        double value = number(name, otherwise);
        if (value != Math.rint(value) || Math.abs(value) > Integer.MAX_VALUE) {
            throw wrong(name, value, "a whole number");
        }
        return (int) value;
    }

    boolean flag(String name) {
        Object value = take(name);
        if (value != null && !(value instanceof Boolean)) {
            throw wrong(name, value, "true or false");
        }
        return Boolean.TRUE.equals(value);
    }

    double[] numbers(String name) {
        Object value = take(name);
        if (value == null) {
            return new double[0];
        }
        if (value instanceof double[] array) {
            return array.clone();
        }
        if (!(value instanceof Collection<?> list)) {
            throw wrong(name, value, "a list of numbers");
        }
        return list.stream().mapToDouble(v -> asNumber(name, v)).toArray();
    }

    <E extends Enum<E>> E choice(String name, E otherwise) {
        Object value = take(name);
        if (value == null) {
            return otherwise;
        }
        List<String> names = new ArrayList<>();
        for (E e : otherwise.getDeclaringClass().getEnumConstants()) {
            String lower = e.name().toLowerCase(Locale.ROOT);
            names.add(lower);
            if (lower.equals(value.toString().toLowerCase(Locale.ROOT))) {
                return e;
            }
        }
        throw wrong(name, value, "one of " + names);
    }

    /** Complains about parameters that nobody asked for. */
    void refuseOthers() {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "\""
                                + method
                                + "\" has no parameter \""
                                + name
                                + "\": expected one of "
                                + known);
            }
        }
    }

    private Object take(String name) {
        known.add(name);
        return given.get(name);
    }

    private double asNumber(String name, Object value) {
        if (!(value instanceof Number number)) {
            throw wrong(name, value, "a number");
        }
        return number.doubleValue();
    }

    private IllegalArgumentException wrong(String name, Object value, String right) {
        return new IllegalArgumentException(
                "parameter \""
                        + name
                        + "\" of \""
                        + method
                        + "\" is "
                        + value
                        + ": expected "
                        + right);
    }
}
