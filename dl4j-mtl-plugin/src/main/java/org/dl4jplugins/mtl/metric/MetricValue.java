package org.dl4jplugins.mtl.metric;

import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * What a task scored on one criterion.
 *
 * @param name of the criterion, such as {@code ACCURACY}
 * @param value in the criterion's own unit
 * @param lowerIsBetter whether it is an error rather than a merit
 */
public record MetricValue(
        @JsonProperty("name") String name,
        @JsonProperty("value") double value,
        @JsonProperty("lowerIsBetter") boolean lowerIsBetter) {

    /** With a name. */
    @JsonCreator
    public MetricValue {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("name must not be empty");
        }
    }

    /** A criterion of which more is better. */
    public static MetricValue higher(String name, double value) {
        return new MetricValue(name, value, false);
    }

    /** A criterion of which less is better. */
    public static MetricValue lower(String name, double value) {
        return new MetricValue(name, value, true);
    }
}
