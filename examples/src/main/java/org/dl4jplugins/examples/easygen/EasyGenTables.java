package org.dl4jplugins.examples.easygen;

import java.util.Locale;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.examples.run.Spread;

/** The outcome as tables; all shares in percent, mean and standard deviation over the seeds. */
final class EasyGenTables {

    private final EasyGenOutcome outcome;

    EasyGenTables(EasyGenOutcome outcome) {
        this.outcome = outcome;
    }

    /** How far the judge can be trusted. */
    String judge() {
        StageResult judge = outcome.judge();
        return String.format(
                Locale.ROOT,
                "The judge recognizes %.1f %% of fresh pictures exactly, %.1f %% of those of"
                        + " held-out descriptions.",
                100 * judge.metrics().get("exact"),
                100 * judge.metrics().get("exact on held-out descriptions"));
    }

    /** Text latents and back. */
    Table latents() {
        return Table.builder()
                .text("Text latents")
                .text("%")
                .row(
                        "captions read back exactly, training descriptions",
                        percent(TextLatents.CAPTION_STAGE, "exact"))
                .row(
                        "captions read back exactly, held-out descriptions",
                        percent(TextLatents.CAPTION_STAGE, "exact on held-out descriptions"))
                .row(
                        "CLIP finds the caption of a held-out picture",
                        percent(TextLatents.CLIP_STAGE, "retrieval"))
                .build();
    }

    /** The diffusion model alone, on held-out scenes. */
    Table diffusion() {
        Table.Builder table =
                Table.builder()
                        .text("Diffusion model")
                        .text("drawn as asked %")
                        .text("read exactly %")
                        .text("FID")
                        .text("minutes");
        for (DiffusionVariant variant : DiffusionVariant.values()) {
            String score = variant.stage() + "-score";
            if (!outcome.results(score).isEmpty()) {
                table.row(
                        variant.title(),
                        percent(score, "drawn as asked"),
                        percent(score, "read exactly"),
                        outcome.spread(score, "fid", 1).toString(),
                        minutes(variant.stage()));
            }
        }
        return table.build();
    }

    /** Held-out scenes read through the language model; null if no seed is so far. */
    Table reading() {
        if (outcome.results(EasyGenScore.READ_STAGE).isEmpty()) {
            return null;
        }
        Table.Builder table =
                Table.builder()
                        .text("Reading")
                        .text("captions exact %")
                        .text("BLEU-4")
                        .text("ROUGE-L")
                        .text("CIDEr-D")
                        .text("answers right %");
        reading(table, "EasyGen", EasyGenScore.READ_STAGE);
        reading(table, "projection not trained", EasyGenScore.UNTRAINED_STAGE);
        return table.row(
                        "who never looks",
                        "-",
                        "-",
                        "-",
                        "-",
                        percent(EasyGenScore.READ_STAGE, "answers right without looking"))
                .build();
    }

    private void reading(Table.Builder table, String who, String stage) {
        if (!outcome.results(stage).isEmpty()) {
            table.row(
                    who,
                    percent(stage, "captions exact"),
                    outcome.spread(stage, "BLEU-4", 1).toString(),
                    outcome.spread(stage, "ROUGE-L", 1).toString(),
                    outcome.spread(stage, "CIDEr-D", 1).toString(),
                    percent(stage, "answers right"));
        }
    }

    /** Held-out scenes drawn through the language model; null if no seed is so far. */
    Table drawing() {
        String stage = EasyGenScore.DRAW_STAGE;
        if (outcome.results(stage).isEmpty()) {
            return null;
        }
        return Table.builder()
                .text("Drawing")
                .text("described as asked %")
                .text("drawn as asked %")
                .text("FID")
                .row(
                        "EasyGen",
                        percent(stage, "described as asked"),
                        percent(stage, "drawn as asked"),
                        outcome.spread(stage, "fid", 1).toString())
                .row(
                        "without adapter",
                        percent(stage, "described as asked"),
                        percent(stage, "drawn as asked without adapter"),
                        outcome.spread(stage, "fid without adapter", 1).toString())
                .build();
    }

    private String percent(String stage, String metric) {
        Spread spread = outcome.spread(stage, metric, 100);
        return spread == null ? "-" : spread.toString();
    }

    private String minutes(String stage) {
        return String.format(
                Locale.ROOT,
                "%.1f",
                outcome.results(stage).stream()
                                .mapToDouble(StageResult::seconds)
                                .average()
                                .orElse(0)
                        / 60);
    }
}
