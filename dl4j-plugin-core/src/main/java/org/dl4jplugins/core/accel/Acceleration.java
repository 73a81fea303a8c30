package org.dl4jplugins.core.accel;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link Accelerator#accelerate} did to a network.
 *
 * @param accelerated names of the accelerated layers and vertices, each with its kind
 * @param stock names of the layers left as they were, each with the reason; layers of kinds that
 *     are never accelerated are not listed
 * @param obstacle why nothing at all was accelerated, or null
 */
public record Acceleration(
        Map<String, String> accelerated, Map<String, String> stock, String obstacle) {

    /** Copies the maps. */
    public Acceleration {
        accelerated = Collections.unmodifiableMap(new LinkedHashMap<>(accelerated));
        stock = Collections.unmodifiableMap(new LinkedHashMap<>(stock));
    }

    static Acceleration none(String obstacle) {
        return new Acceleration(Map.of(), Map.of(), obstacle);
    }

    /**
     * One line for the log.
     *
     * @return for example {@code accelerated 20 convolution, 20 batch norm; stock: conv7 (dropout)}
     */
    @Override
    public String toString() {
        if (obstacle != null) {
            return "nothing accelerated: " + obstacle;
        }
        Map<String, Integer> counts = new TreeMap<>();
        accelerated.values().forEach(kind -> counts.merge(kind, 1, Integer::sum));
        StringBuilder text = new StringBuilder("accelerated ");
        String separator = counts.isEmpty() ? "nothing" : "";
        for (Map.Entry<String, Integer> e : counts.entrySet()) {
            text.append(separator).append(e.getValue()).append(' ').append(e.getKey());
            separator = ", ";
        }
        text.append(counts.isEmpty() ? separator : "");
        separator = "; left as they are: ";
        for (Map.Entry<String, String> e : stock.entrySet()) {
            text.append(separator).append(e.getKey()).append(" (").append(e.getValue()).append(')');
            separator = ", ";
        }
        return text.toString();
    }
}
