package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.report.BarChart;
import org.dl4jplugins.core.report.GroupedBars;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.RunEnvironment;
import org.dl4jplugins.mtl.conflict.ConflictTable;
import org.dl4jplugins.mtl.conflict.LayerRanking;

/** The outcome as an HTML page. */
final class ReconPage {

    private final ReconOutcome outcome;

    ReconPage(ReconOutcome outcome) {
        this.outcome = outcome;
    }

    void write(Path file) throws IOException {
        ReconTables tables = new ReconTables(outcome);
        HtmlReport.builder("Recon on MultiFashion+MNIST")
                .section("Accuracy")
                .table(
                        tables.accuracy(),
                        "After the last iteration, mean and standard deviation over the seeds; delta"
                                + " m against the mean of the single-task networks. Columns p: the"
                                + " paper's table 1: ResNet-18 of width 64, all data.")
                .chart(
                        deltaM(),
                        "Each method as it is and with Recon. Single-task networks are at 0.")
                .section("Conflicts")
                .paragraph(tables.severity())
                .table(tables.reductions(), ReconTables.REDUCTIONS)
                .chart(
                        distribution(),
                        "Cosine of the two tasks' gradients with respect to the shared parameters"
                                + " in joint training.")
                .table(
                        tables.conflicts(),
                        "Percent of the iterations; columns p: the paper's table 6.")
                .section("Layers")
                .chart(
                        ranking(),
                        "How often the tasks' gradients conflicted severely in the scoring run.")
                .preformatted(outcome.plan().toString())
                .section("Settings")
                .settings(settings())
                .write(file);
    }

    private GroupedBars deltaM() {
        List<Method> methods = outcome.settings().methods();
        return GroupedBars.builder("Delta m")
                .axes("method", "percent")
                .categories(methods.stream().map(method -> method.title(false)).toList())
                .series("as it is", deltaM(RunId.Kind.PLAIN))
                .series("with Recon", deltaM(RunId.Kind.RECON))
                .build();
    }

    private double[] deltaM(RunId.Kind kind) {
        return outcome.settings().methods().stream()
                .mapToDouble(method -> outcome.row(method, kind).deltaM().mean())
                .toArray();
    }

    private GroupedBars distribution() throws IOException {
        ConflictTable rows = ConflictTable.MULTI_FASHION_MNIST;
        return GroupedBars.builder("Conflicts before and after")
                .axes("cosine", "percent of the iterations")
                .categories(rows.rows())
                .series(
                        "joint-train",
                        rows.column(outcome.conflicts(Method.JOINT, false).wholeModel()))
                .series(
                        "same layers of joint-train",
                        rows.column(outcome.jointOnRemaining().wholeModel()))
                .series(
                        "joint-train + Recon",
                        rows.column(outcome.conflicts(Method.JOINT, true).wholeModel()))
                .build();
    }

    private BarChart ranking() {
        ReconSettings settings = outcome.settings();
        LayerRanking ranking = outcome.scores().ranking(settings.severity());
        List<String> split = ranking.top(settings.layers());
        BarChart.Builder chart =
                BarChart.builder("Conflict scores of the shared layers")
                        .axis("iterations with a cosine below " + settings.severity())
                        .highlightMeans("split");
        ranking.entries().forEach(e -> chart.bar(e.layer(), e.score(), split.contains(e.layer())));
        return chart.build();
    }

    private Map<String, Object> settings() {
        Map<String, Object> all = new LinkedHashMap<>(outcome.settings().toMap());
        all.put("training seconds", Math.round(outcome.seconds()));
        all.putAll(RunEnvironment.describe());
        return all;
    }
}
