package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jplugins.core.report.HtmlReport;
import org.dl4jplugins.core.report.LineChart;
import org.dl4jplugins.core.report.RunEnvironment;
import org.dl4jplugins.multimodal.data.ImageArrays;
import org.dl4jplugins.multimodal.data.ImageGrid;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The outcome as an HTML page; pictures and curves are the first seed's. */
final class EasyGenPage {

    private static final int SHOWN = 24;
    private static final int COLUMNS = 6;

    private final EasyGenOutcome outcome;
    private final EasyGenTables tables;

    EasyGenPage(EasyGenOutcome outcome) {
        this.outcome = outcome;
        this.tables = new EasyGenTables(outcome);
    }

    void write() throws IOException {
        HtmlReport.Builder page =
                HtmlReport.builder("EasyGen: reading and drawing pictures of scenes");
        page.section("Who judges").paragraph(tables.judge());
        page.section("Text latents")
                .table(tables.latents(), "Captions as latents and back, and CLIP's retrieval.");
        page.section("The diffusion model alone")
                .table(
                        tables.diffusion(),
                        "Held-out scenes: pictures drawn of captions, recognized by the judge,"
                                + " and text latents of pictures, read by the caption decoder.");
        for (DiffusionVariant variant : DiffusionVariant.values()) {
            add(page, variant);
        }
        language(page);
        page.section("Settings").settings(facts()).write(outcome.folder().report());
    }

    private void add(HtmlReport.Builder page, DiffusionVariant variant) throws IOException {
        StageResult score = outcome.first().get(variant.stage() + "-score");
        if (score == null) {
            return;
        }
        page.chart(
                grid(
                        variant.title() + ": drawn",
                        variant.stage() + "-drawn",
                        score.texts().get("prompts")),
                "What was asked for is beneath each picture.");
        page.chart(
                grid(variant.title() + ": read", "real", score.texts().get("said")),
                "What the model says of real pictures of held-out scenes.");
        double[] losses =
                Diffusion.smooth(outcome.first().get(variant.stage()).series().get("loss"));
        double[] x = IntStream.rangeClosed(1, losses.length).asDoubleStream().toArray();
        page.chart(
                LineChart.builder(variant.title() + ": loss")
                        .axes("percent of the steps", "loss")
                        .logarithmic()
                        .series("loss", x, losses)
                        .build(),
                "Loss in training; it changes where the objective does.");
    }

    private void language(HtmlReport.Builder page) throws IOException {
        StageResult read = outcome.first().get(EasyGenScore.READ_STAGE);
        StageResult drawn = outcome.first().get(EasyGenScore.DRAW_STAGE);
        if (read == null || drawn == null) {
            return;
        }
        List<String> questions = read.texts().get("questions");
        List<String> answers = read.texts().get("answers");
        List<String> dialogs =
                IntStream.range(0, questions.size())
                        .mapToObj(i -> questions.get(i) + " " + answers.get(i))
                        .toList();
        page.section("EasyGen: reading")
                .table(tables.reading(), "Held-out scenes, described and asked about, greedily.")
                .chart(
                        grid("EasyGen: captions", "real", read.texts().get("captions")),
                        "What the language model says of real pictures of held-out scenes.")
                .chart(
                        grid("EasyGen: answers", "asked", dialogs),
                        "Questions about held-out scenes and the language model's answers.");
        page.section("EasyGen: drawing")
                .table(
                        tables.drawing(),
                        "The language model is asked for held-out scenes in all wordings, writes a"
                                + " description between image tags, and that is drawn.")
                .chart(
                        grid("EasyGen: drawn", "easygen-drawn", drawn.texts().get("wanted")),
                        "What was asked for is beneath each picture.");
    }

    private ImageGrid grid(String title, String pictures, List<String> captions)
            throws IOException {
        INDArray all = pictures(pictures);
        int shown = (int) Math.min(SHOWN, all.size(0));
        return new ImageGrid.Builder(title, ImageArrays.toImages(all).subList(0, shown))
                .columns(Math.min(COLUMNS, shown))
                .captions(captions.subList(0, shown))
                .build();
    }

    private INDArray pictures(String name) throws IOException {
        try (InputStream in = Files.newInputStream(outcome.firstFolder().pictures(name))) {
            return Nd4j.read(in);
        }
    }

    private Map<String, Object> facts() {
        Map<String, Object> facts =
                new LinkedHashMap<>(EasyGenSettings.FILE.toMap(outcome.settings()));
        facts.put("seconds of training and tests", Math.round(outcome.seconds()));
        facts.putAll(RunEnvironment.describe());
        return facts;
    }
}
