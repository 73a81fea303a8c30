package org.dl4jplugins.examples.ila;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfTokenizer;
import picocli.CommandLine.Option;

/** The options of the experiment. */
final class IlaOptions {

    @Option(
            names = "--scale",
            description =
                    "embedded (minutes), benchmark (MiniLM on files), instructions (a language model"
                            + " on files) or tiny; default by --data and --model")
    private String scale;

    @Option(names = "--settings", description = "a settings file, in place of --scale")
    private Path settings;

    @Option(
            names = "--data",
            description =
                    "folder with train/TASK.json and test/TASK.json (or dev/TASK.json); default the"
                            + " tasks in the jar")
    private Path data;

    @Option(
            names = "--model",
            description =
                    "folder of a decoder language model (LLaMA, Mistral) to tune on instructions;"
                            + " default all-MiniLM-L6-v2 from the jar, which classifies")
    private Path model;

    @Option(
            names = "--tasks",
            split = ",",
            description = "names of data sets, in place of those in the settings")
    private List<String> tasks;

    @Option(
            names = "--out",
            description = "folder for results and report; default target/ila-SCALE")
    private Path out;

    @Option(
            names = "--workers",
            description = "networks that train at the same time; default 2, on one core 1")
    private int workers = Math.min(2, Runtime.getRuntime().availableProcessors());

    private String scale() {
        if (scale != null) {
            return scale;
        }
        return model != null ? "instructions" : data != null ? "benchmark" : "embedded";
    }

    IlaSettings settings() throws IOException {
        IlaSettings read =
                settings == null ? IlaSettings.scale(scale()) : IlaSettings.read(settings);
        return tasks == null ? read : read.with(Map.of("tasks", tasks));
    }

    IlaFolder folder() {
        Path chosen = out == null ? Path.of("target", "ila-" + scale()) : out;
        return new IlaFolder(chosen.toAbsolutePath());
    }

    IlaExperiment experiment() throws IOException {
        IlaSettings settings = settings();
        IlaSetup setup =
                new IlaSetup(
                        settings,
                        data == null ? "in the jar" : data.toAbsolutePath().toString(),
                        model == null ? MiniLm.NAME : model.toAbsolutePath().toString());
        return new IlaExperiment(setup, source(settings), folder(), workers);
    }

    private TaskSource source(IlaSettings settings) throws IOException {
        if (model == null) {
            HfTokenizer tokenizer = MiniLm.tokenizer();
            return task -> new ClassificationTask(read(task), settings, tokenizer);
        }
        HfCheckpoint checkpoint = HfCheckpoint.load(model);
        require(
                checkpoint.graph().getConfiguration().getNetworkInputs().size() == 1,
                "--model",
                model + " of model_type " + checkpoint.config().modelType(),
                "a decoder language model such as LLaMA");
        return task -> new InstructionTask(read(task), settings, checkpoint);
    }

    private TaskData read(String task) throws IOException {
        return data == null ? TaskData.embedded(task) : TaskData.read(data, task);
    }
}
