package org.dl4jplugins.examples.ila;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.core.report.Table.Best;
import org.dl4jplugins.examples.run.Spread;

/** The outcome in tables and sentences. */
final class IlaTables {

    private static final String PERCENT = "%.2f";
    private static final String INDEX = "%.3f";

    private final IlaOutcome outcome;
    private final IlaSettings settings;

    IlaTables(IlaOutcome outcome) {
        this.outcome = outcome;
        this.settings = outcome.settings();
    }

    /** Accuracies of all choices of layers on all data sets. */
    Table accuracy() {
        Table.Builder table =
                Table.builder()
                        .text("layers that learn")
                        .number("layers", "%.0f", Best.UNMARKED)
                        .number("parameters", "%.0f", Best.UNMARKED)
                        .number("seconds", "%.1f", Best.UNMARKED);
        for (String task : settings.tasks()) {
            table.number(task + " %", PERCENT, Best.HIGHEST).number("±", PERCENT, Best.UNMARKED);
        }
        table.number("mean %", PERCENT, Best.HIGHEST)
                .number("±", PERCENT, Best.UNMARKED)
                .number("to all", "%+.2f", Best.UNMARKED)
                .number("±", PERCENT, Best.UNMARKED)
                .number("loss", "%.4f", Best.LOWEST);
        for (Variant variant : Variant.all(settings)) {
            IlaOutcome.Row row = outcome.row(variant);
            List<Object> cells = new ArrayList<>();
            cells.add(variant.title());
            cells.add(row.layers());
            cells.add(row.trainable());
            cells.add(row.seconds());
            for (String task : settings.tasks()) {
                add(cells, outcome.row(task, variant).accuracy());
            }
            add(cells, row.accuracy());
            add(cells, row.gain());
            cells.add(row.loss().mean());
            table.row(cells.toArray());
        }
        return table.build();
    }

    private static void add(List<Object> cells, Spread spread) {
        cells.add(spread.mean());
        cells.add(spread.deviation());
    }

    /** How the two stages went. */
    Table stages() {
        Table.Builder table =
                Table.builder()
                        .text("run")
                        .text("stage 1 ended")
                        .number("steps", "%.0f", Best.UNMARKED)
                        .number("s/step", INDEX, Best.UNMARKED)
                        .number("stage 2 steps", "%.0f", Best.UNMARKED)
                        .number("s/step", INDEX, Best.UNMARKED);
        outcome.stages()
                .forEach(
                        (name, stage) ->
                                table.row(
                                        name,
                                        stage.stop().toString().toLowerCase(Locale.ROOT),
                                        stage.steps(),
                                        stage.seconds() / stage.steps(),
                                        stage.scoreSteps(),
                                        stage.scoreSeconds() / stage.scoreSteps()));
        return table.build();
    }

    /** Mean Jaccard indices of the important layers. */
    Table overlaps() throws IOException {
        Table.Builder table =
                Table.builder()
                        .number("most important %", "%.0f", Best.UNMARKED)
                        .number("between seeds", INDEX, Best.UNMARKED)
                        .number("between data sets", INDEX, Best.UNMARKED)
                        .number("by chance", INDEX, Best.UNMARKED)
                        .number("ILA and gradient norm", INDEX, Best.UNMARKED);
        for (IlaOutcome.Overlap overlap : outcome.overlaps()) {
            table.row(
                    100 * overlap.fraction(),
                    orNone(overlap.seeds()),
                    orNone(overlap.tasks()),
                    overlap.chance(),
                    overlap.methods());
        }
        return table.build();
    }

    private static Double orNone(double value) {
        return Double.isNaN(value) ? null : value;
    }

    /** What became of the paper's claims. */
    List<String> findings() throws IOException {
        double kept = Variant.kept(settings);
        Spread frozen = outcome.row(new Variant(Choice.ILA, kept)).gain();
        Spread randomFrozen = outcome.row(new Variant(Choice.RANDOM, kept)).gain();
        Spread top = outcome.row(new Variant(Choice.ILA, settings.baseline())).gain();
        Spread randomTop = outcome.row(new Variant(Choice.RANDOM, settings.baseline())).gain();
        List<String> findings = new ArrayList<>();
        findings.add(
                String.format(
                        Locale.ROOT,
                        "Freezing the least important %.0f %%: %+.2f points against all layers (±"
                                + " %.2f), %s. Freezing as many at random: %+.2f (± %.2f).",
                        100 * settings.frozen(),
                        frozen.mean(),
                        frozen.deviation(),
                        frozen.mean() >= 0 ? "not worse" : "worse",
                        randomFrozen.mean(),
                        randomFrozen.deviation()));
        findings.add(
                String.format(
                        Locale.ROOT,
                        "Training the top %.0f %%: %+.2f points (± %.2f), %s of all layers. As"
                                + " many at random: %+.2f (± %.2f).",
                        100 * settings.baseline(),
                        top.mean(),
                        top.deviation(),
                        top.mean() >= -2 ? "within 2 points" : "not within 2 points",
                        randomTop.mean(),
                        randomTop.deviation()));
        for (IlaOutcome.Overlap overlap : outcome.overlaps()) {
            if (!Double.isNaN(overlap.tasks())) {
                findings.add(
                        String.format(
                                Locale.ROOT,
                                "The %.0f %% most important layers of different data sets overlap"
                                        + " with a Jaccard index of %.2f; %.2f by chance.",
                                100 * overlap.fraction(),
                                overlap.tasks(),
                                overlap.chance()));
            }
        }
        return findings;
    }
}
