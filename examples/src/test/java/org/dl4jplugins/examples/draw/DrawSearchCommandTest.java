package org.dl4jplugins.examples.draw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.examples.Main;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class DrawSearchCommandTest {

    @TempDir Path folder;

    private static int run(StringWriter out, String... options) {
        CommandLine commands = Main.commands().setOut(new PrintWriter(out));
        List<String> args = new ArrayList<>(List.of("draw-search", "--scale", "tiny"));
        args.addAll(List.of(options));
        return commands.execute(args.toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ATTRIBUTES", "FID"})
    void printsAllCandidatesAndTheBest(String score) throws IOException {
        StringWriter out = new StringWriter();
        int code =
                run(
                        out,
                        "--score",
                        score,
                        "--width",
                        "16",
                        "--depth",
                        "2",
                        "--heads",
                        "2",
                        "--guidance",
                        "0,2",
                        "--steps",
                        "2",
                        "--rate",
                        "0.001,0.002",
                        "--save",
                        folder.toString());
        String printed = out.toString();
        assertEquals(0, code, printed);
        assertTrue(printed.contains(score.equals("FID") ? "FID" : "exact %"), printed);
        for (String rate : List.of("0.00100", "0.00200")) {
            assertEquals(2, printed.lines().filter(l -> l.contains(rate)).count(), printed);
        }
        assertTrue(printed.contains("Best: BiDiffuserCandidate[width=16, depth=2"), printed);
        assertTrue(printed.contains("Its drawings of other held-out captions"), printed);
        assertEquals(16, BiDiffuser.load(folder).config().width());
        SceneRecognizer.load(folder.resolve("judge.zip"), 8, 8);
        try (SafeTensors texts = SafeTensors.open(folder.resolve("texts.safetensors"))) {
            List<String> captions = texts.metadata().get("captions").lines().toList();
            assertEquals(4, captions.size());
            captions.forEach(c -> assertTrue(SceneCaptions.parse(c).isPresent(), c));
            assertArrayEquals(new long[] {4, 8, CaptionVectors.WIDTH}, texts.shape("texts"));
        }
    }
}
