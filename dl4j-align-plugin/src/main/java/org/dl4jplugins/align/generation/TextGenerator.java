package org.dl4jplugins.align.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.generation.Generation.Finish;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Continues prompts with a language model: a decoder alone (input {@code input_ids}) or behind an
 * encoder that reads the prompt (input {@code decoder_input_ids} as well). Each token is computed
 * once; the prompts of a batch may have different lengths and get what they would get alone.
 *
 * <p>Greedy by default; sampling if temperature, top-k or top-p is set; beam search if there are
 * several beams. The repetition penalty comes first, then temperature, top-k and top-p.
 *
 * <pre>{@code
 * TextGenerator generator = new TextGenerator.Builder(graph, tokenizer)
 *         .temperature(0.8).topP(0.9).maxNewTokens(50).seed(1).build();
 * String text = generator.generate("Once upon a time").text();
 * }</pre>
 *
 * <p>Uses the layers' state in the graph: one generator at a time on a graph, on one thread.
 */
public final class TextGenerator {
    private static final String ENCODER_IDS = "input_ids";
    private static final String DECODER_IDS = "decoder_input_ids";

    private final Builder settings;
    private final List<LogitsRule> rules;
    private final Set<Integer> stops;
    private final IncrementalDecoder decoder;
    private final boolean encoder;

    private TextGenerator(Builder settings) {
        this.settings = settings;
        this.rules = settings.sampling.rules();
        this.stops = settings.stopIds();
        this.encoder = settings.graph.getConfiguration().getNetworkInputs().contains(DECODER_IDS);
        this.decoder = new IncrementalDecoder(settings.graph);
    }

    /**
     * Continues one prompt.
     *
     * @param prompt any text; the tokenizer adds its special tokens
     * @return the new tokens and their text
     * @throws IllegalArgumentException if the prompt has no token or leaves no room for a new one
     */
    public Generation generate(String prompt) {
        return generate(List.of(prompt)).get(0);
    }

    /**
     * Continues several prompts at once.
     *
     * @param prompts any texts, at least one
     * @return one result per prompt
     * @throws IllegalArgumentException if a prompt has no token or leaves no room for a new one
     */
    public List<Generation> generate(List<String> prompts) {
        return generateIds(prompts.stream().map(settings.tokenizer::encode).toArray(int[][]::new));
    }

    /**
     * Answers the last message of a conversation, written down by the template.
     *
     * @param messages the conversation, a user's message last
     * @return the answer
     * @throws IllegalStateException if there is no template
     */
    public Generation chat(List<ChatMessage> messages) {
        if (settings.template == null) {
            throw new IllegalStateException(
                    "chat needs a template: Builder.template(PromptTemplates...)");
        }
        return generate(settings.template.prompt(messages));
    }

    /**
     * Continues prompts given as token ids.
     *
     * @param prompts token ids, special ones included
     * @return one result per prompt
     * @throws IllegalArgumentException if a prompt is empty or leaves no room for a new token
     */
    public List<Generation> generateIds(int[]... prompts) {
        if (prompts.length == 0) {
            throw new IllegalArgumentException("prompts must not be empty");
        }
        for (int p = 0; p < prompts.length; p++) {
            requireRoom(p, prompts[p]);
        }
        if (settings.beams == 1) {
            return new Continuation(this, prompts).run();
        }
        List<Generation> results = new ArrayList<>();
        BeamSearch search = new BeamSearch(settings.beams, settings.lengthPenalty, stops, rules);
        for (int[] prompt : prompts) {
            int[] seen = seen(prompt);
            BeamSearch.Hypothesis best =
                    search.search(decoder, prefill(prompt), seen, room(seen.length));
            results.add(result(best.sequence(), best.finish()));
        }
        decoder.clear();
        return results;
    }

    private void requireRoom(int number, int[] prompt) {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("Prompt " + number + " has no token");
        }
        if (prompt.length > settings.maxLength || room(seen(prompt).length) < 1) {
            throw Check.tooLong(number, prompt.length, settings.maxLength);
        }
    }

    /** What the decoder sees of a prompt. */
    int[] seen(int[] prompt) {
        return encoder ? new int[] {settings.decoderStart()} : prompt;
    }

    /** Most new tokens behind what the decoder has seen. */
    int room(int seen) {
        return Math.min(settings.maxNewTokens, settings.maxLength - seen);
    }

    /** Starts the decoder; logits [prompt, vocabulary]. */
    INDArray prefill(int[]... prompts) {
        int padding = settings.tokenizer.special().padOrAny();
        return encoder
                ? PromptBatch.prefill(
                        decoder, ENCODER_IDS, prompts, padding, settings.decoderStart())
                : PromptBatch.prefill(decoder, prompts, padding);
    }

    Generation result(Sequence sequence, Finish finish) {
        int[] ids = sequence.added();
        return new Generation(
                ids, settings.tokenizer.decode(ids), finish, sequence.logProbability());
    }

    Builder settings() {
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
        return new TokenChoice(rules, settings.sampling.random() ? random : null);
    }

    /** Collects settings: greedy, 64 new tokens, the tokenizer's end tokens. */
    public static final class Builder implements Cloneable {
        private final ComputationGraph graph;
        private final HfTokenizer tokenizer;
        private int maxNewTokens = 64;
        private int maxLength;
        private Sampling sampling = Sampling.GREEDY;
        private int beams = 1;
        private double lengthPenalty = 1;
        private long seed = 1;
        private Set<Integer> stops;
        private Integer decoderStart;
        private TokenListener listener;
        private PromptTemplate template;

        /**
         * @param graph an initialized language model
         * @param tokenizer of the same model
         */
        public Builder(ComputationGraph graph, HfTokenizer tokenizer) {
            this.graph = Objects.requireNonNull(graph, "graph");
            this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
            this.maxLength = ModelLimit.of(graph.getConfiguration());
        }

        /**
         * @param tokens most new tokens per prompt, at least 1; 64 by default
         */
        public Builder maxNewTokens(int tokens) {
            this.maxNewTokens = Check.atLeastOne("maxNewTokens", tokens);
            return this;
        }

        /**
         * @param tokens most tokens that the model takes, prompt and new ones; by default the
         *     positions of a decoder's rotary or position embedding, unlimited if it has neither
         */
        public Builder maxLength(int tokens) {
            this.maxLength = Check.atLeastOne("maxLength", tokens);
            return this;
        }

        /**
         * Samples.
         *
         * @param temperature above 0; 1 for the model's own probabilities
         */
        public Builder temperature(double temperature) {
            sampling = sampling.with(new Temperature(temperature));
            return this;
        }

        /**
         * Samples among the most likely tokens.
         *
         * @param k at least 1
         */
        public Builder topK(int k) {
            sampling = sampling.with(new TopK(k));
            return this;
        }

        /**
         * Samples among the most likely tokens whose probabilities sum to p.
         *
         * @param p in (0, 1]
         */
        public Builder topP(double p) {
            sampling = sampling.with(new TopP(p));
            return this;
        }

        /**
         * @param penalty above 0; above 1 discourages tokens that are there already; 1 by default
         */
        public Builder repetitionPenalty(double penalty) {
            sampling = sampling.with(new RepetitionPenalty(penalty));
            return this;
        }

        /**
         * @param beams number of sequences that beam search keeps, at least 1; 1 by default: no
         *     beam search
         */
        public Builder beams(int beams) {
            this.beams = Check.atLeastOne("beams", beams);
            return this;
        }

        /**
         * @param lengthPenalty exponent of the length that beam search divides log probabilities
         *     by: above 0 for longer texts; 1 by default
         */
        public Builder lengthPenalty(double lengthPenalty) {
            this.lengthPenalty = lengthPenalty;
            return this;
        }

        /**
         * @param seed of the sampling; 1 by default
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * @param ids tokens that end a text; none for no end but the length. The tokenizer's by
         *     default
         */
        public Builder stopTokens(int... ids) {
            this.stops = new LinkedHashSet<>(Arrays.stream(ids).boxed().toList());
            return this;
        }

        /**
         * @param id what the decoder behind an encoder begins with; the tokenizer's files say so by
         *     default
         */
        public Builder decoderStart(int id) {
            this.decoderStart = id;
            return this;
        }

        /**
         * @param listener is told each token; none by default
         */
        public Builder listener(TokenListener listener) {
            this.listener = listener;
            return this;
        }

        /**
         * @param template how {@link TextGenerator#chat} writes conversations down
         */
        public Builder template(PromptTemplate template) {
            this.template = template;
            return this;
        }

        private int decoderStart() {
            return decoderStart != null ? decoderStart : Check.decoderStart(tokenizer.special());
        }

        private Set<Integer> stopIds() {
            return stops != null ? stops : new LinkedHashSet<>(tokenizer.special().eos());
        }

        HfTokenizer tokenizer() {
            return tokenizer;
        }

        TokenListener listener() {
            return listener;
        }

        long seed() {
            return seed;
        }

        private Builder copy() {
            try {
                return (Builder) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }

        /**
         * @throws IllegalArgumentException if beams and sampling are both asked for, or beams and a
         *     listener
         */
        public TextGenerator build() {
            Check.beams(beams, sampling.random(), listener != null);
            return new TextGenerator(copy());
        }
    }
}
