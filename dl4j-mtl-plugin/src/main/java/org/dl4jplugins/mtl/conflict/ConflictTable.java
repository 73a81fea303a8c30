package org.dl4jplugins.mtl.conflict;

import java.util.ArrayList;
import java.util.List;

/** The rows of the paper's conflict distribution tables, and what each calls a severe conflict. */
public enum ConflictTable {
    /** Table 6; severe below -0.01. */
    MULTI_FASHION_MNIST(-0.01, 0, -0.01, -0.02, -0.03),
    /** Table 8; severe below -0.02. */
    CITYSCAPES(-0.02, 0, -0.02, -0.04, -0.06, -0.08),
    /** Table 9; severe below -0.04. */
    NYU_V2(-0.04, 0, -0.02, -0.04, -0.06, -0.08),
    /** Table 10; severe below -0.02. */
    PASCAL_CONTEXT(-0.02, 0, -0.02, -0.04, -0.06, -0.08);

    private final double severity;
    private final double[] edges;

    ConflictTable(double severity, double... edges) {
        this.severity = severity;
        this.edges = edges;
    }

    /**
     * Below which cosine a conflict is severe in this table.
     *
     * @return a cosine
     */
    public double severity() {
        return severity;
    }

    /**
     * The cosines between the rows.
     *
     * @return a copy, descending
     */
    public double[] edges() {
        return edges.clone();
    }

    /**
     * The rows' names as the paper prints them. An edge belongs to the row above it, as conflict
     * means strictly below.
     *
     * @return for example {@code [1,0)}, {@code (0,-0.01]} and so on to {@code (-0.03,-1]}
     */
    public List<String> rows() {
        List<String> rows = new ArrayList<>();
        rows.add("[1," + CosineBins.number(edges[0]) + ")");
        for (int i = 1; i < edges.length; i++) {
            rows.add(
                    "("
                            + CosineBins.number(edges[i - 1])
                            + ","
                            + CosineBins.number(edges[i])
                            + "]");
        }
        rows.add("(" + CosineBins.number(edges[edges.length - 1]) + ",-1]");
        return rows;
    }

    /**
     * A column of this table.
     *
     * @param distribution counted at this table's edges
     * @return [row] percent
     * @throws IllegalArgumentException if the distribution has no cut at one of the edges
     */
    public double[] column(CosineDistribution distribution) {
        return distribution.percentages(edges);
    }
}
