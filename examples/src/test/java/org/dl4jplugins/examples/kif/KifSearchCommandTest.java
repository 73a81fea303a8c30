package org.dl4jplugins.examples.kif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.dl4jplugins.examples.Main;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KifSearchCommandTest {

    @Test
    void printsAllCandidatesAndTheBest() {
        StringWriter out = new StringWriter();
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        int code =
                commands.execute(
                        "kif-search",
                        "--scale",
                        "tiny",
                        "--inner-steps",
                        "3",
                        "--quantile",
                        "0.5,0.9",
                        "--fusion",
                        "PAPER,UNMASKED",
                        "--outer-rate",
                        "0.001",
                        "--bwt",
                        "0.5");
        String printed = out.toString();
        assertEquals(0, code, printed);
        assertEquals(
                2,
                printed.lines().filter(l -> l.contains("PAPER") && l.contains("0.00100")).count(),
                printed);
        assertEquals(
                2,
                printed.lines()
                        .filter(l -> l.contains("UNMASKED") && l.contains("0.00100"))
                        .count(),
                printed);
        assertTrue(printed.contains("Best: KifCandidate[innerSteps=3, outerSteps=4"), printed);
        assertTrue(printed.contains("Its OP on the test data"), printed);
    }
}
