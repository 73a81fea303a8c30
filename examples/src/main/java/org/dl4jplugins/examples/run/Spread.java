package org.dl4jplugins.examples.run;

import java.util.Locale;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Mean and sample standard deviation over the seeds.
 *
 * @param mean of the values
 * @param deviation of the values, 0 for a single one
 */
public record Spread(double mean, double deviation) {

    /** Of these values, at least one. */
    public static Spread of(double... values) {
        return new Spread(StatUtils.mean(values), Math.sqrt(StatUtils.variance(values)));
    }

    /** Both, with two decimals. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%.2f ± %.2f", mean, deviation);
    }
}
