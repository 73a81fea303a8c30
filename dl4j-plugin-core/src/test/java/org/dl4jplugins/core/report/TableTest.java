package org.dl4jplugins.core.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void printsAlignedWithTheBestStarred() {
        Table table =
                Table.builder()
                        .text("Method")
                        .number("acc", "%.1f", Table.Best.HIGHEST)
                        .number("err", "%.2f", Table.Best.LOWEST)
                        .row("joint", 9.5, 0.5)
                        .row("single task", 10.04, null)
                        .row("recon", 10.01, 12)
                        .build();
        assertEquals(
                """
                Method        acc     err
                joint         9.5    0.50*
                single task  10.0*      –
                recon        10.0*  12.00
                """,
                table.text());
    }

    @Test
    void numbersDoNotDependOnTheMachinesLanguage() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            String text =
                    Table.builder()
                            .number("x", "%.1f", Table.Best.UNMARKED)
                            .row(1.5)
                            .build()
                            .text();
            assertTrue(text.contains("1.5"), text);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void notANumberIsNeverTheBest() {
        Table table =
                Table.builder()
                        .number("x", "%.0f", Table.Best.HIGHEST)
                        .row(Double.NaN)
                        .row(-3)
                        .build();
        assertEquals(" x\n –\n-3*\n", table.text());
    }

    @Test
    void wrongRowsAreRefused() {
        Table.Builder table = Table.builder().text("a").number("b", "%.1f", Table.Best.UNMARKED);
        assertTrue(message(() -> table.row("x")).contains("got 1 cells, but there are 2"));
        assertTrue(message(() -> table.row("x", "y")).contains("column 'b', which needs a number"));
        table.row("x", 1);
        assertTrue(message(() -> table.text("late")).contains("columns come before rows"));
        assertTrue(message(() -> Table.builder().build()).contains("at least 1"));
    }

    private static String message(org.junit.jupiter.api.function.Executable wrong) {
        return assertThrows(IllegalArgumentException.class, wrong).getMessage();
    }
}
