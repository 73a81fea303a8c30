package org.dl4jplugins.cl.metric;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccuracyPageTest {

    private final AccuracyMatrix naive =
            AccuracyMatrix.of(List.of("a", "b")).with(90, Double.NaN).with(12.25, 88);

    @Test
    void showsMethodsAndMetrics(@TempDir Path folder) throws Exception {
        AccuracyMatrix kif = AccuracyMatrix.of(List.of("a", "b")).with(90, 1).with(85, 86.5);
        Path file = folder.resolve("page.html");
        new AccuracyPage("Two tasks").add("naive", naive).add("KIF", kif).write(file);
        String html = Files.readString(file);
        for (String part : List.of("Two tasks", "naive", "KIF", "85.75", "-77.75", "-5.00")) {
            assertTrue(html.contains(part), part);
        }
    }

    @Test
    void refusesWhatDoesNotFit(@TempDir Path folder) {
        AccuracyPage page = new AccuracyPage("x").add("naive", naive);
        assertThrows(IllegalArgumentException.class, () -> page.add("naive", naive));
        AccuracyMatrix one = AccuracyMatrix.of(List.of("a"));
        assertThrows(IllegalArgumentException.class, () -> page.add("unfinished", one));
        assertThrows(IllegalArgumentException.class, () -> page.add("other", one.with(1)));
        assertThrows(
                IllegalStateException.class,
                () -> new AccuracyPage("none").write(folder.resolve("x.html")));
    }
}
