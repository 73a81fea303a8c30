package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.align.ila.LayerOverlap;
import org.dl4jplugins.align.ila.LayerSignificance;
import org.dl4jplugins.align.ila.SignificancePage;
import org.dl4jplugins.core.report.BarChart;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.RunEnvironment;

/** The outcome as HTML pages: one for everything and one for the layers of each data set. */
final class IlaPage {

    private final IlaOutcome outcome;
    private final IlaSettings settings;

    IlaPage(IlaOutcome outcome) {
        this.outcome = outcome;
        this.settings = outcome.settings();
    }

    void write() throws IOException {
        IlaTables tables = new IlaTables(outcome);
        HtmlReport.Builder page =
                HtmlReport.builder("Important layers of " + shortName(outcome.setup().model()))
                        .section("Accuracy")
                        .table(
                                tables.accuracy(),
                                "On the test examples, mean and standard deviation over seeds and"
                                        + " draws; all runs start from the same weights. To all:"
                                        + " points against LoRA on all layers with the same seed.")
                        .chart(bars(), "Mean over the data sets; dark: chosen by ILA.");
        for (String finding : tables.findings()) {
            page.paragraph(finding);
        }
        page.section("Which layers matter");
        for (String task : settings.tasks()) {
            page.chart(
                    SignificancePage.heatMap(outcome.meanScores(task)),
                    "Score s of each weight matrix after stage 2. All numbers: "
                            + outcome.folder().page(task).getFileName());
        }
        page.section("Overlap")
                .table(
                        tables.overlaps(),
                        "Jaccard index of the sets of important layers, mean over pairs of runs.");
        for (double fraction : settings.overlaps()) {
            LayerOverlap overlap = outcome.overlap(fraction);
            page.chart(overlap.chart(), "Jaccard index of the sets, 1: the same set.");
        }
        page.section("Stages")
                .table(tables.stages(), "Stage 1 trains increments, stage 2 only their scores.")
                .section("Settings")
                .settings(facts())
                .write(outcome.folder().report());
        for (String task : settings.tasks()) {
            layers(task, outcome.folder().page(task));
        }
    }

    private static String shortName(String model) {
        return Path.of(model).getFileName().toString();
    }

    private BarChart bars() {
        BarChart.Builder chart =
                BarChart.builder("Accuracy by the layers that learn")
                        .axis("percent")
                        .highlightMeans("ILA");
        for (Variant variant : Variant.all(settings)) {
            chart.bar(
                    variant.title(),
                    outcome.row(variant).accuracy().mean(),
                    variant.choice() == Choice.ILA);
        }
        return chart.build();
    }

    private void layers(String task, Path file) throws IOException {
        List<LayerSignificance> scores = outcome.scores(task, Choice.ILA);
        SignificancePage.Builder page =
                new SignificancePage.Builder(scores.get(0)).important(Variant.kept(settings));
        scores.subList(1, scores.size()).forEach(page::add);
        page.build().write(file);
    }

    private Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("data", outcome.setup().data());
        facts.put("model", outcome.setup().model());
        facts.putAll(settings.toMap());
        facts.put("training seconds", Math.round(outcome.seconds()));
        facts.putAll(RunEnvironment.describe());
        return facts;
    }
}
