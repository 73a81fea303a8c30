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
