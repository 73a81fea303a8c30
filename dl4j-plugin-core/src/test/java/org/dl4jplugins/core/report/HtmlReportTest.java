package org.dl4jplugins.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    @TempDir Path folder;

    @Test
    void thePageNeedsNothingButItself() throws IOException {
        Path file = folder.resolve("run/report.html");
        SampleReport.page().write(file);
        String html = Files.readString(file);
        assertTrue(html.startsWith("<!DOCTYPE html>"), html.substring(0, 40));
        assertFalse(html.contains("http:") || html.contains("https:"), "an address");
        assertFalse(html.contains("<script") || html.contains("<link") || html.contains("url("));
        assertEquals(6, count(html, "src=\""));
        assertEquals(6, count(html, "src=\"data:image/"));
        assertTrue(html.contains("prefers-color-scheme: dark"));
    }

    @Test
    void textIsEscapedEverywhere() {
        String evil = "<b>&\"x\"</b>";
        String html =
                HtmlReport.builder(evil)
                        .section(evil)
                        .paragraph(evil)
                        .preformatted(evil)
                        .settings(Map.of(evil, evil))
                        .table(Table.builder().text(evil).row(evil).build(), evil)
                        .chart(BarChart.builder(evil).bar(evil, 1).build(), evil)
                        .build()
                        .html();
        assertFalse(html.contains("<b>"), html);
        assertEquals(12, count(html, "&lt;b&gt;&amp;"));
    }

    @Test
    void theBestNumbersAreMarkedAndNumbersAligned() {
        String html = HtmlReport.builder("t").table(SampleReport.table(), "").build().html();
        assertTrue(html.contains("<td class=\"number best\">98.37</td>"), html);
        assertEquals(5, count(html, "number best"));
        assertTrue(html.contains("<td class=\"number\">–</td>"));
        assertTrue(html.contains("<th class=\"number\">Left, %</th>"));
        assertFalse(html.contains("<caption>"));
    }

    @Test
    void settingsKeepTheirOrder() {
        String html = SampleReport.page().build().html();
        int seed = html.indexOf("<th>Seed</th><td>1234</td>");
        assertTrue(seed > 0 && seed < html.indexOf("<th>dl4j-plugins</th>"));
        assertTrue(html.contains("<td>1.0.0-M2.1</td>"));
    }

    @Test
    void theRunEnvironmentKnowsTheVersions() {
        Map<String, String> facts = RunEnvironment.describe();
        assertTrue(facts.get("dl4j-plugins").matches("\\d+\\.\\d+\\.\\d+.*"), facts.toString());
        assertEquals("1.0.0-M2.1", facts.get("Deeplearning4j"));
        assertEquals("CpuBackend", facts.get("ND4J backend"));
    }

    @Test
    void emptyTextIsRefusedByName() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> HtmlReport.builder(" "))
                        .getMessage();
        assertTrue(message.startsWith("title:"), message);
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }
}
