package org.dl4jplugins.examples.generate;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.ChatTemplates;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.data.PromptTemplates;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.generation.TextGenerator;
import org.dl4jplugins.align.llm.HfCheckpoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a prompt with a language model, token by token as they are chosen. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description =
                "Continues a prompt with a checkpoint's language model (LLaMA, Mistral, T5): greedy,"
                        + " sampled if a temperature, top-k or top-p is given, or by beam search.")
public final class GenerateCommand implements Callable<Integer> {

    private static final String OWN = "own";

    @Spec private CommandSpec spec;

    @Option(
            names = "--model",
            required = true,
            description = "folder with config.json, safetensors and tokenizer.json")
    private Path model;

    @Option(names = "--prompt", required = true, description = "the text to continue")
    private String prompt;

    @Option(names = "--max-new-tokens", defaultValue = "100", description = "default 100")
    private int maxNewTokens;

    @Option(names = "--temperature", description = "above 0; lower is more certain")
    private Double temperature;

    @Option(names = "--top-k", description = "only the k most likely tokens")
    private Integer topK;

    @Option(names = "--top-p", description = "only the most likely tokens that have this share")
    private Double topP;

    @Option(names = "--repetition-penalty", description = "above 1 against repetitions")
    private Double repetitionPenalty;

    @Option(names = "--beams", defaultValue = "1", description = "width of beam search, default 1")
    private int beams;

    @Option(names = "--seed", defaultValue = "1", description = "of sampling, default 1")
    private long seed;

    @Option(
            names = "--chat",
            paramLabel = "TEMPLATE",
            description =
                    "the prompt is a user's message in this template (alpaca, llama2, llama3,"
                            + " chatml, mistral, zephyr, ...), or "
                            + OWN
                            + " for the model's own")
    private String chat;

    @Override
    public Integer call() throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        HfCheckpoint checkpoint = HfCheckpoint.load(model);
        long start = System.nanoTime();
        Generation generation = generate(checkpoint, console);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (beams > 1) {
            console.print(generation.text());
        }
        int tokens = generation.ids().length;
        console.printf(
                "%n[%d tokens, %s, %.1f tokens per second]%n",
                tokens, generation.finish(), tokens / seconds);
        console.flush();
        return 0;
    }

    private Generation generate(HfCheckpoint checkpoint, PrintWriter console) throws IOException {
        TextGenerator.Builder builder =
                new TextGenerator.Builder(checkpoint.graph(), checkpoint.tokenizer())
                        .maxNewTokens(maxNewTokens)
                        .beams(beams)
                        .seed(seed);
        Optional.ofNullable(temperature).ifPresent(builder::temperature);
        Optional.ofNullable(topK).ifPresent(builder::topK);
        Optional.ofNullable(topP).ifPresent(builder::topP);
        Optional.ofNullable(repetitionPenalty).ifPresent(builder::repetitionPenalty);
        if (beams == 1) {
            builder.listener(
                    (number, id, text) -> {
                        console.print(text);
                        console.flush();
                        return true;
                    });
        }
        if (chat == null) {
            console.print(prompt);
            return builder.build().generate(prompt);
        }
        return builder.template(template()).build().chat(List.of(ChatMessage.user(prompt)));
    }

    private PromptTemplate template() throws IOException {
        if (!chat.equals(OWN)) {
            return PromptTemplates.named(chat);
        }
        Optional<PromptTemplate> own = ChatTemplates.of(model);
        require(
                own.isPresent(),
                "--chat",
                chat,
                "a template's name: the model has none of its own");
        return own.get();
    }
}
