package org.dl4jplugins.align.generation;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.generation.Generation.Finish;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.align.transformer.PromptInputs;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Prompts to be continued, as a model takes them, and what is made of its answers. */
final class GenerationTask {
    private static final String ENCODER_IDS = "input_ids";
    private static final String DECODER_IDS = "decoder_input_ids";

    private final TextGenerator.Builder settings;
    private final IncrementalDecoder decoder;
    private final boolean encoder;
    private final List<LogitsRule> rules;
    private final Set<Integer> stops;
    private final int[][] prompts;
    private final PromptInputs inputs;

    /**
     * @throws IllegalArgumentException if there is no prompt, one is empty or leaves no room for a
     *     new token, or the inputs are not those that the model takes besides
     */
    GenerationTask(
            TextGenerator.Builder settings,
            IncrementalDecoder decoder,
            int[][] prompts,
            PromptInputs inputs) {
        this.settings = settings;
        this.decoder = decoder;
        this.encoder = hasEncoder(settings.graph());
        this.rules = settings.sampling().rules();
        this.stops = settings.stopIds();
        this.prompts = prompts;
        this.inputs = inputs;
        if (prompts.length == 0) {
            throw new IllegalArgumentException("prompts must not be empty");
        }
        for (int p = 0; p < prompts.length; p++) {
            requireRoom(p);
        }
        requireInputs();
    }

    /** Whether an encoder reads the prompts. */
    static boolean hasEncoder(ComputationGraph graph) {
        return graph.getConfiguration().getNetworkInputs().contains(DECODER_IDS);
    }

    private void requireRoom(int p) {
        if (prompts[p].length == 0) {
            throw new IllegalArgumentException("Prompt " + p + " has no token");
        }
        if (prompts[p].length > settings.maxLength() || room(p) < 1) {
            throw Check.tooLong(p, prompts[p].length, settings.maxLength());
        }
    }

    private void requireInputs() {
        Set<String> taken = new LinkedHashSet<>(decoder.furtherInputs());
        if (encoder) {
            taken.remove(ENCODER_IDS);
        }
        if (!taken.equals(inputs.names())) {
            throw new IllegalArgumentException(
                    "inputs besides the prompts must be "
                            + taken
                            + ", which the model takes, got "
                            + inputs.names());
        }
        for (String name : inputs.names()) {
            long rows = inputs.values(name).size(0);
            if (rows != prompts.length) {
                throw new IllegalArgumentException(
                        "input \""
                                + name
                                + "\" must have a row for each of the "
                                + prompts.length
                                + " prompts, got "
                                + rows);
            }
        }
    }

    /** The result of each prompt. */
    List<Generation> run() {
        if (settings.beams() == 1) {
            return new Continuation(this).run();
        }
        List<Generation> results = new ArrayList<>();
        BeamSearch search =
                new BeamSearch(settings.beams(), settings.lengthPenalty(), stops, rules);
        for (int p = 0; p < prompts.length; p++) {
            BeamSearch.Hypothesis best = search.search(decoder, prefill(p), seen(p), room(p));
            results.add(result(best.sequence(), best.finish()));
        }
        decoder.clear();
        return results;
    }

    /** Number of prompts. */
    int size() {
        return prompts.length;
    }

    /** What the decoder sees of a prompt. */
    int[] seen(int prompt) {
        return encoder ? new int[] {settings.decoderStart()} : prompts[prompt];
    }

    /** Most new tokens of a prompt. */
    int room(int prompt) {
        return Math.min(settings.maxNewTokens(), settings.maxLength() - seen(prompt).length);
    }

    /** Starts the decoder with all prompts; logits [prompt, vocabulary]. */
    INDArray prefill() {
        return prefill(IntStream.range(0, prompts.length).toArray());
    }

    private INDArray prefill(int... rows) {
        int[][] chosen = IntStream.of(rows).mapToObj(p -> prompts[p]).toArray(int[][]::new);
        int padding = settings.tokenizer().special().padOrAny();
        decoder.context(rows.length == prompts.length ? inputs : inputs.rows(rows));
        return encoder
                ? PromptBatch.prefill(
                        decoder, ENCODER_IDS, chosen, padding, settings.decoderStart())
                : PromptBatch.prefill(decoder, chosen, padding);
    }

    Generation result(Sequence sequence, Finish finish) {
        int[] ids = sequence.added();
        return new Generation(
                ids, settings.tokenizer().decode(ids), finish, sequence.logProbability());
    }

    TextGenerator.Builder settings() {
        return settings;
    }

    IncrementalDecoder decoder() {
        return decoder;
    }

    boolean stops(int id) {
        return stops.contains(id);
    }

    /** Chooses a prompt's tokens, from random numbers of its own. */
    TokenChoice choice(SplittableRandom random) {
        return new TokenChoice(rules, settings.sampling().random() ? random : null);
    }
}
