package org.dl4jplugins.align.generation;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.transformer.IncrementalDecoder;
import org.dl4jplugins.align.transformer.PromptInputs;

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
    private final Builder settings;
    private final IncrementalDecoder decoder;

    private TextGenerator(Builder settings) {
        this.settings = settings;
        this.decoder = new IncrementalDecoder(settings.graph);
    }

    /**
     * Continues one prompt.
     *
     * @param prompt any text; the tokenizer adds its special tokens
     * @return the new tokens and their text
     * @throws IllegalArgumentException as {@link #generateIds(int[][], PromptInputs)} does
     */
    public Generation generate(String prompt) {
        return generate(prompt, PromptInputs.none());
    }

    /**
     * Continues one prompt that brings further inputs along, such as images.
     *
     * @param prompt any text; the tokenizer adds its special tokens
     * @param inputs those that the model takes besides, with one row
     * @return the new tokens and their text
     * @throws IllegalArgumentException as {@link #generateIds(int[][], PromptInputs)} does
     */
    public Generation generate(String prompt, PromptInputs inputs) {
        return generate(List.of(prompt), inputs).get(0);
    }

    /**
     * Continues several prompts at once.
     *
     * @param prompts any texts, at least one
     * @return one result per prompt
     * @throws IllegalArgumentException as {@link #generateIds(int[][], PromptInputs)} does
     */
    public List<Generation> generate(List<String> prompts) {
        return generate(prompts, PromptInputs.none());
    }

    /**
     * Continues several prompts that bring further inputs along, such as images.
     *
     * @param prompts any texts, at least one
     * @param inputs those that the model takes besides, one row per prompt
     * @return one result per prompt
     * @throws IllegalArgumentException as {@link #generateIds(int[][], PromptInputs)} does
     */
    public List<Generation> generate(List<String> prompts, PromptInputs inputs) {
        int[][] ids = prompts.stream().map(settings.tokenizer::encode).toArray(int[][]::new);
        return generateIds(ids, inputs);
    }

    /**
     * Answers the last message of a conversation, written down by the template.
     *
     * @param messages the conversation, a user's message last
     * @return the answer
     * @throws IllegalStateException if there is no template
     */
    public Generation chat(List<ChatMessage> messages) {
        return chat(messages, PromptInputs.none());
    }

    /**
     * Answers the last message of a conversation that brings further inputs along, such as images.
     *
     * @param messages the conversation, a user's message last
     * @param inputs those that the model takes besides, with one row
     * @return the answer
     * @throws IllegalStateException if there is no template
     */
    public Generation chat(List<ChatMessage> messages, PromptInputs inputs) {
        if (settings.template == null) {
            throw new IllegalStateException(
                    "chat needs a template: Builder.template(PromptTemplates...)");
        }
        return generate(settings.template.prompt(messages), inputs);
    }

    /**
     * Continues prompts given as token ids.
     *
     * @param prompts token ids, special ones included
     * @return one result per prompt
     * @throws IllegalArgumentException as {@link #generateIds(int[][], PromptInputs)} does
     */
    public List<Generation> generateIds(int[]... prompts) {
        return generateIds(prompts, PromptInputs.none());
    }

    /**
     * Continues prompts, given as token ids, that bring further inputs along, such as images.
     *
     * @param prompts token ids, special ones included; behind an encoder they are what it reads
     * @param inputs those that the model takes besides, one row per prompt
     * @return one result per prompt
     * @throws IllegalArgumentException if a prompt is empty or leaves no room for a new token, or
     *     the inputs are not those that the model takes, a row for each prompt
     */
    public List<Generation> generateIds(int[][] prompts, PromptInputs inputs) {
        return new GenerationTask(settings, decoder, prompts, inputs).run();
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

        int decoderStart() {
            return decoderStart != null ? decoderStart : Check.decoderStart(tokenizer.special());
        }

        Set<Integer> stopIds() {
            return stops != null ? stops : new LinkedHashSet<>(tokenizer.special().eos());
        }

        ComputationGraph graph() {
            return graph;
        }

        HfTokenizer tokenizer() {
            return tokenizer;
        }

        int maxNewTokens() {
            return maxNewTokens;
        }

        int maxLength() {
            return maxLength;
        }

        Sampling sampling() {
            return sampling;
        }

        int beams() {
            return beams;
        }

        double lengthPenalty() {
            return lengthPenalty;
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
