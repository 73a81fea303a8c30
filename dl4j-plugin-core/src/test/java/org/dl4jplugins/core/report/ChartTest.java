package org.dl4jplugins.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ChartTest {
    @TempDir Path folder;

    static Stream<Chart> all() {
        return Stream.of(
                SampleReport.bars(),
                SampleReport.lines(),
                SampleReport.heat(12, false),
                SampleReport.heat(120, true),
                SampleReport.histogram(),
                SampleReport.manyCategories());
    }

    @ParameterizedTest
    @MethodSource("all")
    void drawsTheSameInBothFormats(Chart chart) throws Exception {
        String svg = chart.svg();
        var root =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                        .getDocumentElement();
        assertEquals("svg", root.getTagName());
        assertFalse(svg.contains("DTD") || svg.contains("SansSerif"));
        BufferedImage image = ImageIO.read(new ByteArrayInputStream(chart.png()));
        assertEquals(2 * 860, image.getWidth());
        String height = root.getAttribute("height").replace("px", "");
        assertEquals(2 * Double.parseDouble(height), image.getHeight());
        assertTrue(colors(image) > 10);
    }

    @Test
    void writesWhatTheNameAsksFor() throws IOException {
        Chart chart = SampleReport.histogram();
        chart.write(folder.resolve("a/chart.SVG"));
        chart.write(folder.resolve("chart.png"));
        assertTrue(Files.readString(folder.resolve("a/chart.SVG")).startsWith("<svg"));
        assertEquals((byte) 0x89, Files.readAllBytes(folder.resolve("chart.png"))[0]);
        assertThrows(
                IllegalArgumentException.class, () -> chart.write(folder.resolve("chart.gif")));
    }

    @Test
    void degenerateNumbersStillDraw() {
        assertTrue(
                BarChart.builder("t").bar("only", 0).bar("no", Double.NaN).build().png().length
                        > 0);
        assertTrue(BarChart.builder("t").bar("a", -2).bar("b", 3e-9).build().svg().contains("-2"));
        assertTrue(LineChart.builder("t").series("point", 5).build().png().length > 0);
        assertTrue(LineChart.builder("t").series("flat", 2, 2, 2).build().png().length > 0);
        assertTrue(
                LineChart.builder("t")
                                .logarithmic()
                                .series("steep", 1e-9, 0, 1e3, Double.POSITIVE_INFINITY)
                                .build()
                                .png()
                                .length
                        > 0);
        assertTrue(GroupedBars.builder("t").bins(0, 1).series("zero", 0).build().png().length > 0);
        assertTrue(heat(new double[][] {{Double.NaN}}).png().length > 0);
        assertTrue(heat(new double[][] {{7}}).svg().contains(">7<"));
    }

    @Test
    void aLongCurveKeepsItsSpike() {
        double[] calm = new double[100_000];
        double[] spiky = calm.clone();
        spiky[77_777] = 50;
        String with = LineChart.builder("t").series("a", spiky).build().svg();
        assertNotEquals(with, LineChart.builder("t").series("a", calm).build().svg());
        assertTrue(with.length() < 300_000, "length " + with.length());
    }

    @Test
    void heatColorsEndWhereTheRangeEnds() {
        HeatColors colors = HeatColors.over(new double[][] {{1, 5}}, Double.NaN, Double.NaN, false);
        assertEquals(0xfff7ec, colors.at(1).getRGB() & 0xffffff);
        assertEquals(0x990000, colors.at(5).getRGB() & 0xffffff);
        assertEquals(colors.at(5), colors.at(99));
        HeatColors both = HeatColors.over(new double[][] {{-1, 5}}, Double.NaN, Double.NaN, true);
        assertEquals(-5, both.from());
        assertEquals(0xf7f7f7, both.at(0).getRGB() & 0xffffff);
    }

    @Test
    void numbersAreShort() {
        assertEquals("0", Ink.number(-0.0));
        assertEquals("12", Ink.number(12));
        assertEquals("0.034", Ink.number(0.034));
        assertEquals("-0.5", Ink.number(-0.5));
        assertEquals("97.9", Ink.number(97.93));
        assertEquals("100", Ink.number(99.999));
        assertEquals("1.2e-05", Ink.number(1.2e-5));
    }

    @Test
    void longLabelsKeepBothEnds() {
        String label = "encoder/stage3/" + "very-".repeat(30) + "long/conv2";
        String fitted = Ink.fit(label, Drawing.LABEL, 200);
        assertTrue(Ink.width(fitted, Drawing.LABEL) <= 200);
        assertTrue(fitted.startsWith("encoder/") && fitted.endsWith("conv2"), fitted);
    }

    @Test
    void wrongSizesAreRefused() {
        assertTrue(message(() -> BarChart.builder("t").build()).contains("at least 1"));
        assertTrue(
                message(() -> heat(new double[][] {{1, 2}})).contains("has 2 columns, but there"));
        assertTrue(
                message(() -> LineChart.builder("t").series("a", new double[2], new double[3]))
                        .contains("got 2 places, but 'a' has 3"));
        assertTrue(
                message(() -> LineChart.builder("t").series("a", Double.NaN).build())
                        .contains("no finite point"));
        assertTrue(message(() -> GroupedBars.builder("t").bins(0, 2, 1)).contains("increase"));
        assertTrue(
                message(() -> GroupedBars.builder("t").bins(0, 1).series("a", 1, 2).build())
                        .contains("'a' has 2 values, but there are 1"));
    }

    private static HeatMap heat(double[][] values) {
        return HeatMap.builder("t").rows(List.of("r")).columns(List.of("c")).values(values).build();
    }

    private static String message(org.junit.jupiter.api.function.Executable wrong) {
        return assertThrows(IllegalArgumentException.class, wrong).getMessage();
    }

    private static long colors(BufferedImage image) {
        return Stream.of(image)
                .flatMapToInt(
                        i ->
                                java.util.Arrays.stream(
                                        i.getRGB(
                                                0,
                                                0,
                                                i.getWidth(),
                                                i.getHeight(),
                                                null,
                                                0,
                                                i.getWidth())))
                .distinct()
                .count();
    }
}
