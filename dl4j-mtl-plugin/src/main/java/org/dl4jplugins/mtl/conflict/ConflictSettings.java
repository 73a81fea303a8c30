package org.dl4jplugins.mtl.conflict;

import java.util.List;
import java.util.stream.Stream;

/**
 * How conflicts are counted.
 *
 * @param bins where cosines are cut
 * @param thresholds the severities S to show in tables, descending, all of them cuts
 * @param every every how many iterations the gradients were looked at; 0 if runs differ in it
 */
record ConflictSettings(CosineBins bins, List<Double> thresholds, int every) {

    ConflictSettings with(ConflictSettings other) {
        List<Double> both =
                Stream.concat(thresholds.stream(), other.thresholds.stream())
                        .distinct()
                        .sorted((a, b) -> Double.compare(b, a))
                        .toList();
        return new ConflictSettings(bins, both, every == other.every ? every : 0);
    }
}
