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

    /** What happened to severe conflicts, in words. */
    String reduction() throws IOException {
        ReconOutcome.Reduction less = outcome.reduction();
        return String.format(
                Locale.ROOT,
                "With joint training Recon makes severe conflicts, cosines below %.2f, rarer by"
                        + " %.1f %%: gradients with respect to all layers that joint training"
                        + " shares against those with respect to the layers that stay shared, as"
                        + " in the paper (there 69.8 %%, below %.2f). On the same remaining layers"
                        + " before and after it is %.1f %%; counting each of these layers by"
                        + " itself, %.1f %%.",
                outcome.settings().reportSeverity(),
                less.paper(),
                PaperResults.SEVERE,
                less.sameLayers(),
                less.layerByLayer());
    }
}
