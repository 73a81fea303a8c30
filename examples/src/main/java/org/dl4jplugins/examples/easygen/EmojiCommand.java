package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.dl4jplugins.examples.run.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the experiment on emoji, prints its table and writes its report. */
@Command(
        name = "emoji",
        mixinStandardHelpOptions = true,
        description =
                "BiDiffuser learns real pictures with real texts: it draws emoji by their names,"
                        + " and is asked whether it copies. Interrupted, it goes on where it was.")
public final class EmojiCommand implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Option(
            names = "--data",
            required = true,
            description = "folder of the emoji, see examples/fetch-emoji.sh")
    private Path data;

    @Option(names = "--settings", description = "a settings file, in place of the embedded one")
    private Path settings;

    @Option(
            names = "--out",
            defaultValue = "target/emoji",
            description = "folder for results and report; default ${DEFAULT-VALUE}")
    private Path out;

    @Override
    public Integer call() throws IOException {
        EmojiSettings chosen =
                settings == null
                        ? EmojiSettings.FILE.scale("emoji", List.of("emoji"))
                        : EmojiSettings.FILE.read(settings);
        EasyGenFolder folder = new EasyGenFolder(out.toAbsolutePath());
        EmojiExperiment experiment = new EmojiExperiment(chosen, data, folder);
        StageResult score;
        try (Progress progress = new Progress("Steps", experiment.steps())) {
            score = experiment.run(progress);
        }
        EmojiPage page = new EmojiPage(chosen, folder, score);
        page.write();
        PrintWriter console = spec.commandLine().getOut();
        console.println(page.table().text());
        console.println("Report: " + folder.report());
        console.flush();
        return 0;
    }
}
