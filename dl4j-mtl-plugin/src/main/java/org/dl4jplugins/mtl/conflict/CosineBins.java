package org.dl4jplugins.mtl.conflict;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Cuts the range of cosines [-1, 1] into bins, so that counts stand in for cosines.
 *
 * <p>With ascending cuts {@code c0 < c1 < ...} bin 0 holds the cosines below {@code c0}, bin {@code
 * k} those with {@code c(k-1) <= cosine < c(k)}, the last bin all others. So the number of cosines
 * strictly below any of the cuts, which is what an S-conflict score counts (Recon, definition 3),
 * is exact however many cosines were seen.
 */
public final class CosineBins {

    /**
     * The default cuts: every edge of the paper's tables 6 and 8 to 10, every severity of its
     * experiments (0, -0.02, -0.05, -0.1, -0.15), and a few more on both sides.
     */
    public static final CosineBins DEFAULT =
            of(
                    -0.5, -0.3, -0.2, -0.15, -0.1, -0.08, -0.06, -0.05, -0.04, -0.03, -0.02, -0.01,
                    0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5);

    private final double[] cuts;

    private CosineBins(double[] cuts) {
        this.cuts = cuts;
    }

    /**
     * Bins between given cuts.
     *
     * @param cuts at least one value in (-1, 1), in any order, repeated or not
     * @return the bins
     * @throws IllegalArgumentException if there is no cut or one lies outside (-1, 1)
     */
    public static CosineBins of(double... cuts) {
        if (cuts.length == 0) {
            throw new IllegalArgumentException("cuts: none given, right are values in (-1, 1)");
        }
        for (double cut : cuts) {
            if (!(cut > -1 && cut < 1)) {
                throw new IllegalArgumentException(
                        "cuts: " + cut + " given, right are values in (-1, 1)");
            }
        }
        // Adding 0.0 turns -0.0 into 0.0, which sorting and searching tell apart.
        return new CosineBins(
                DoubleStream.of(cuts).map(c -> c + 0.0).sorted().distinct().toArray());
    }

    /**
     * These bins, cut at further values.
     *
     * @param more values in (-1, 1)
     * @return the finer bins
     * @throws IllegalArgumentException if a value lies outside (-1, 1)
     */
    public CosineBins with(double... more) {
        return of(DoubleStream.concat(DoubleStream.of(cuts), DoubleStream.of(more)).toArray());
    }

    /**
     * The cuts.
     *
     * @return a copy, strictly ascending
     */
    public double[] cuts() {
        return cuts.clone();
    }

    /**
     * How many bins there are.
     *
     * @return one more than there are cuts
     */
    public int size() {
        return cuts.length + 1;
    }

    /**
     * The bin of a cosine.
     *
     * @param cosine any finite number; rounding may put it a little outside [-1, 1]
     * @return the bin's index
     */
    public int indexOf(double cosine) {
        int found = Arrays.binarySearch(cuts, cosine + 0.0);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /**
     * How many of the bins lie below a cut: bins 0 to this number, exclusive.
     *
     * @param cut one of the cuts
     * @return the number of bins below it
     * @throws IllegalArgumentException if nothing was cut there, so that no exact count exists
     */
    public int binsBelow(double cut) {
        int found = Arrays.binarySearch(cuts, cut + 0.0);
        if (found < 0) {
            throw new IllegalArgumentException(
                    "Cosines were not counted at " + cut + ", only at " + Arrays.toString(cuts));
        }
        return found + 1;
    }

    /**
     * A bin's range as text.
     *
     * @param bin index of the bin
     * @return for example {@code [-0.02, -0.01)}
     */
    public String label(int bin) {
        if (bin == 0) {
            return "[-1, " + number(cuts[0]) + ")";
        }
        return bin == cuts.length
                ? "[" + number(cuts[bin - 1]) + ", 1]"
                : "[" + number(cuts[bin - 1]) + ", " + number(cuts[bin]) + ")";
    }

    static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CosineBins that && Arrays.equals(cuts, that.cuts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cuts);
    }

    @Override
    public String toString() {
        return "CosineBins" + Arrays.toString(cuts);
    }
}
