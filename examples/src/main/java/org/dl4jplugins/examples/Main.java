package org.dl4jplugins.examples;

import org.dl4jplugins.core.accel.CpuTuning;
import org.dl4jplugins.examples.draw.DrawSearchCommand;
import org.dl4jplugins.examples.easygen.EasyGenCommand;
import org.dl4jplugins.examples.easygen.EmojiCommand;
import org.dl4jplugins.examples.generate.GenerateCommand;
import org.dl4jplugins.examples.ila.IlaCommand;
import org.dl4jplugins.examples.ila.LoraSearchCommand;
import org.dl4jplugins.examples.kif.KifCommand;
import org.dl4jplugins.examples.kif.KifSearchCommand;
import org.dl4jplugins.examples.recon.ReconCommand;
import org.dl4jplugins.examples.recon.SearchCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: one subcommand per example. */
@Command(
        name = "examples",
        mixinStandardHelpOptions = true,
        description = "Examples of the DL4J plugins.",
        subcommands = {
            ReconCommand.class,
            SearchCommand.class,
            IlaCommand.class,
            LoraSearchCommand.class,
            GenerateCommand.class,
            KifCommand.class,
            KifSearchCommand.class,
            DrawSearchCommand.class,
            EasyGenCommand.class,
            EmojiCommand.class
        })
public final class Main {

    private Main() {}

    /** Runs a subcommand and ends the JVM with its exit code, 0 for success. */
    public static void main(String[] args) {
        CpuTuning.apply();
        System.exit(commands().execute(args));
    }

    /** All subcommands. */
    public static CommandLine commands() {
        return new CommandLine(new Main());
    }
}
