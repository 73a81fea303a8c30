package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.core.report.Table.Best;
import org.dl4jplugins.mtl.conflict.ConflictTable;
import org.dl4jplugins.mtl.conflict.CosineDistribution;

/** The paper's tables with our numbers, and the paper's beside them. */
final class ReconTables {

    private static final String NUMBER = "%.2f";

    private final ReconOutcome outcome;

    ReconTables(ReconOutcome outcome) {
        this.outcome = outcome;
    }

    /** Table 1: accuracies, delta m and size. */
    Table accuracy() {
        Table.Builder table = Table.builder().text("method");
        for (String task : MultiFashionMnist.TASKS) {
            table.number(task + " %", NUMBER, Best.HIGHEST).number("±", NUMBER, Best.UNMARKED);
        }
        table.number("delta m %", NUMBER, Best.HIGHEST)
                .number("±", NUMBER, Best.UNMARKED)
                .number("MB", "%.3f", Best.UNMARKED);
        for (String task : MultiFashionMnist.TASKS) {
            table.number("p " + task, NUMBER, Best.HIGHEST);
        }
        table.number("p delta m", NUMBER, Best.HIGHEST).number("p MB", NUMBER, Best.UNMARKED);
        for (ReconOutcome.Row row : outcome.rows()) {
            List<Object> cells = new ArrayList<>();
            cells.add(row.title());
            for (String task : MultiFashionMnist.TASKS) {
                cells.add(row.accuracy().get(task).mean());
                cells.add(row.accuracy().get(task).deviation());
            }
            cells.add(row.deltaM() == null ? null : row.deltaM().mean());
            cells.add(row.deltaM() == null ? null : row.deltaM().deviation());
            cells.add(row.megabytes());
            PaperResults.Row paper = PaperResults.TABLE_1.get(row.title());
            cells.add(paper.digit());
            cells.add(paper.fashion());
            cells.add(paper.deltaM());
            cells.add(paper.megabytes());
            table.row(cells.toArray());
        }
        return table.build();
    }

    /** Table 6: the cosine of the tasks' gradients with respect to all shared parameters. */
    Table conflicts() throws IOException {
        double severe = outcome.settings().reportSeverity();
        ConflictTable rows = ConflictTable.MULTI_FASHION_MNIST;
        Table.Builder table = Table.builder().text("method");
        rows.rows().forEach(row -> table.number(row, NUMBER, Best.UNMARKED));
        table.number(String.format(Locale.ROOT, "< %.2f", severe), NUMBER, Best.LOWEST)
                .number("less by %", NUMBER, Best.HIGHEST);
        rows.rows().forEach(row -> table.number("p " + row, NUMBER, Best.UNMARKED));
        table.number("p less by %", NUMBER, Best.HIGHEST);
        CosineDistribution joint = outcome.conflicts(Method.JOINT, false).wholeModel();
        for (Method method : outcome.settings().methods()) {
            for (boolean recon : new boolean[] {false, true}) {
                CosineDistribution ours = outcome.conflicts(method, recon).wholeModel();
                PaperResults.Conflicts paper = PaperResults.TABLE_6.get(method.title(recon));
                List<Object> cells = new ArrayList<>();
                cells.add(method.title(recon));
                for (double share : rows.column(ours)) {
                    cells.add(share);
                }
                cells.add(100 * ours.shareBelow(severe));
                cells.add(
                        method == Method.JOINT && !recon
                                ? null
                                : ours.reductionFrom(joint, severe));
                for (double share : paper.shares()) {
                    cells.add(share);
                }
                cells.add(paper.reduction());
                table.row(cells.toArray());
            }
        }
        return table.build();
    }

    /** How much rarer conflicts are with Recon, at each severity and counted in three ways. */
    Table reductions() throws IOException {
        Table.Builder table =
                Table.builder()
                        .number("cosine below", NUMBER, Best.UNMARKED)
                        .number("joint-train %", NUMBER, Best.UNMARKED)
                        .number("less by %: as in the paper", NUMBER, Best.UNMARKED)
                        .number("same layers", NUMBER, Best.UNMARKED)
                        .number("layer by layer", NUMBER, Best.UNMARKED);
        for (ReconOutcome.Reduction less : outcome.reductions()) {
            table.row(
                    less.severity(),
                    less.before(),
                    less.paper(),
                    less.sameLayers(),
                    less.layerByLayer());
        }
        return table.build();
    }

    /** What the columns of {@link #reductions} are. */
    static final String REDUCTIONS =
            "Conflicts of joint training that Recon removes. As in the paper: gradients with respect"
                    + " to all layers that joint training shares, against those with respect to the"
                    + " layers that stay shared. Same layers: the latter before and after. Layer by"
                    + " layer: each of them counted by itself.";

    /** Why this severity, beside the paper's. */
    String severity() throws IOException {
        double severity = outcome.settings().reportSeverity();
        CosineDistribution joint = outcome.conflicts(Method.JOINT, false).wholeModel();
        return String.format(
                Locale.ROOT,
                "Which conflicts are severe depends on the network: cosines of longer gradients are"
                        + " smaller. The paper sets the cosine for each experiment; below its %.2f"
                        + " here lie 12.6 %% of joint training's gradients, with 69.8 %% less by"
                        + " Recon. This run sets %.2f, below which lie %.1f %%.",
                PaperResults.SEVERE,
                severity,
                100 * joint.shareBelow(severity));
    }
}
