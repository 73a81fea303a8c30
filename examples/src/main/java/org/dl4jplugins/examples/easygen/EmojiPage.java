package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.RunEnvironment;
import org.dl4jplugins.core.report.Table;
import org.dl4jplugins.multimodal.data.ImageArrays;
import org.dl4jplugins.multimodal.data.ImageGrid;
import org.nd4j.linalg.factory.Nd4j;

/** Drawn emoji beside the nearest ones of the training set, as an HTML page. */
final class EmojiPage {

    private static final int COLUMNS = 8;

    private final EmojiSettings settings;
    private final EasyGenFolder folder;
    private final StageResult score;

    EmojiPage(EmojiSettings settings, EasyGenFolder folder, StageResult score) {
        this.settings = settings;
        this.folder = folder;
        this.score = score;
    }

    /** How near pictures are to the training set. */
    Table table() {
        return Table.builder()
                .text("pictures")
                .text("mean distance to the nearest of the training set")
                .text("nearer than any real unseen emoji %")
                .row(
                        "real emoji that training never showed",
                        number(score.metrics().get("real " + EmojiExperiment.HELD_OUT), 3),
                        "0.0")
                .row(row("drawn, names of the training set", EmojiExperiment.TRAINING))
                .row(row("drawn, names that training never showed", EmojiExperiment.HELD_OUT))
                .build();
    }

    private Object[] row(String title, String which) {
        return new Object[] {
            title,
            number(score.metrics().get("drawn " + which), 3),
            number(100 * score.metrics().get("copies " + which), 1)
        };
    }

    private static String number(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    void write() throws IOException {
        HtmlReport.Builder page = HtmlReport.builder("EasyGen: emoji drawn by their names");
        page.section("Copies?")
                .table(
                        table(),
                        "Distances are roots of mean squared differences of the values, from 0 to"
                                + " 2.");
        for (String which : List.of(EmojiExperiment.TRAINING, EmojiExperiment.HELD_OUT)) {
            page.section("Names: " + which)
                    .chart(grid("Drawn", which + "-drawn", which + " names"), "By these names.")
                    .chart(
                            grid(
                                    "Nearest in the training set",
                                    which + "-nearest",
                                    which + " nearest"),
                            "In the same order.");
        }
        Map<String, Object> facts = new LinkedHashMap<>(EmojiSettings.FILE.toMap(settings));
        facts.putAll(RunEnvironment.describe());
        page.section("Settings").settings(facts).write(folder.report());
    }

    private ImageGrid grid(String title, String pictures, String names) throws IOException {
        try (InputStream in = Files.newInputStream(folder.pictures(pictures))) {
            return new ImageGrid.Builder(title, ImageArrays.toImages(Nd4j.read(in)))
                    .columns(COLUMNS)
                    .captions(score.texts().get(names))
                    .build();
        }
    }
}
