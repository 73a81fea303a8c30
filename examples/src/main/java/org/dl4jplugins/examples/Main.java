package org.dl4jplugins.examples;

import org.dl4jplugins.examples.recon.ReconCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: one subcommand per example. */
@Command(
        name = "examples",
        mixinStandardHelpOptions = true,
        description = "Examples of the DL4J plugins.",
        subcommands = {ReconCommand.class})
public final class Main {

    private Main() {}

    /** Runs a subcommand and ends the JVM with its exit code. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a subcommand; returns its exit code, 0 for success. */
    public static int run(String... args) {
        return new CommandLine(new Main()).execute(args);
    }
}
