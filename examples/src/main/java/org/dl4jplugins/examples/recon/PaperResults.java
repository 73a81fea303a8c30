package org.dl4jplugins.examples.recon;

import java.util.Map;

/** What Recon's paper (ICLR 2023) reports for MultiFashion+MNIST, to stand beside our numbers. */
final class PaperResults {

    /** A row of table 1: accuracies of digit and fashion in percent, delta m in percent, MB. */
    record Row(double digit, double fashion, Double deltaM, double megabytes) {}

    /** Table 1, by the method's title. */
    static final Map<String, Row> TABLE_1 =
            Map.ofEntries(
                    Map.entry("Single-task", new Row(98.37, 89.63, null, 85.62)),
                    Map.entry("joint-train", new Row(97.42, 88.82, -0.94, 42.81)),
                    Map.entry("joint-train + Recon", new Row(98.13, 89.26, -0.33, 43.43)),
                    Map.entry("MGDA", new Row(95.19, 89.46, -1.71, 42.81)),
                    Map.entry("MGDA + Recon", new Row(98.33, 89.28, -0.22, 43.43)),
                    Map.entry("GradDrop", new Row(97.38, 88.57, -1.10, 42.81)),
                    Map.entry("GradDrop + Recon", new Row(98.25, 89.51, -0.13, 43.43)),
                    Map.entry("PCGrad", new Row(97.37, 88.68, -1.04, 42.81)),
                    Map.entry("PCGrad + Recon", new Row(98.30, 89.77, 0.04, 43.43)),
                    Map.entry("CAGrad", new Row(97.47, 88.85, -0.90, 42.81)),
                    Map.entry("CAGrad + Recon", new Row(98.28, 89.65, -0.04, 43.43)));

    /** The cosine below which table 6 calls a conflict severe. */
    static final double SEVERE = -0.01;

    /**
     * A column of table 6.
     *
     * @param shares percent of the cosines in [1,0), (0,-.01], (-.01,-.02], (-.02,-.03], (-.03,-1]
     * @param reduction of severe conflicts in percent of joint training's
     */
    record Conflicts(double[] shares, Double reduction) {}

    /** Table 6, by the method's title. */
    static final Map<String, Conflicts> TABLE_6 =
            Map.of(
                    "joint-train", column(null, 56.56, 31.25, 9.26, 2.05, 1.25),
                    "joint-train + Recon", column(69.82, 58.53, 37.67, 3.04, 0.50, 0.25),
                    "MGDA", column(7.80, 56.06, 32.36, 8.87, 1.71, 1.00),
                    "MGDA + Recon", column(79.62, 56.50, 40.93, 2.12, 0.26, 0.18),
                    "GradDrop", column(7.01, 57.26, 31.06, 8.93, 1.72, 1.03),
                    "GradDrop + Recon", column(67.20, 57.61, 38.28, 3.32, 0.54, 0.26),
                    "PCGrad", column(3.74, 56.72, 31.19, 9.09, 1.90, 1.10),
                    "PCGrad + Recon", column(72.21, 57.75, 38.76, 2.87, 0.42, 0.20),
                    "CAGrad", column(-0.08, 56.18, 31.25, 9.37, 2.00, 1.20),
                    "CAGrad + Recon", column(75.32, 59.06, 37.84, 2.44, 0.41, 0.25));

    private PaperResults() {}

    private static Conflicts column(Double reduction, double... shares) {
        return new Conflicts(shares, reduction);
    }
}
