package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.generation.TextGenerator;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.LoraNetworks;
import org.dl4jplugins.align.transformer.TokenStates;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * A language model that reads images: its graph with a {@link ProjectionConfig projection} in it,
 * and its tokenizer. The graph has a further input {@code image} [batch, images * tokens, latent
 * width] (and {@code clip} with a CLIP branch), each with its mask; what was there before computes
 * the same as before for texts without images.
 *
 * <pre>{@code
 * ImageLanguageModel model = ImageLanguageModel.attach(graph, tokenizer, config)
 *         .tune(Tuning.projection(), new Adam(1e-3));
 * model.graph().fit(new ImageExampleIterator.Builder(model, examples, latents).build());
 * String caption = model.generate(List.of(ImagePrompt.of("Describe the image.", latent)),
 *         settings -> settings.maxNewTokens(20)).get(0).text();
 * }</pre>
 *
 * <p>Immutable but for the graph's weights; one thread at a time uses a graph.
 */
public final class ImageLanguageModel {
    private final ComputationGraph graph;
    private final Builder settings;
    private final LanguageGraph language;
    private final PromptText text;

    private ImageLanguageModel(ComputationGraph graph, Builder settings, LanguageGraph language) {
        this.graph = graph;
        this.settings = settings;
        this.language = language;
        this.text = settings.text();
    }

    /**
     * Puts a new projection before a language model, with Pre-Align and the standard marks and
     * template.
     *
     * @param graph an initialized language model, with adapters or without; it is not changed
     * @param tokenizer of the same model; stays open
     * @param projection sizes
     * @return a model in which the projection learns and what learned in the graph
     * @throws IllegalArgumentException if the graph is no language model, or the tokenizer has no
     *     placeholder
     */
    public static ImageLanguageModel attach(
            ComputationGraph graph, HfTokenizer tokenizer, ProjectionConfig projection) {
        return new Builder(graph, tokenizer, projection).build();
    }

    /**
     * The same model, made ready to learn: the weights are copied, adapters of before are merged
     * into the language model.
     *
     * @param tuning what learns
     * @param updater of everything that learns
     * @return a new model without updater state
     * @throws IllegalArgumentException if the tuning matches captions and the images do not come
     *     between encoder and decoder, or its adapters do not fit the model
     */
    public ImageLanguageModel tune(Tuning tuning, IUpdater updater) {
        Objects.requireNonNull(updater, "updater");
        Require.that(
                tuning.matching() == 0 || settings.alignment == Alignment.MID,
                "alignment of a model whose tuning is " + tuning,
                settings.alignment,
                Alignment.MID + ": only there latents and encoder states can be compared");
        return with(ModelTuning.apply(graph, language, settings.projection, tuning, updater));
    }

    private ImageLanguageModel with(ComputationGraph other) {
        return new ImageLanguageModel(other, settings, language);
    }

    /**
     * This model around a graph that DL4J has saved or cloned.
     *
     * @param other with the same vertices as {@link #graph}
     * @return a model on that graph
     * @throws IllegalArgumentException if it has others
     */
    public ImageLanguageModel withGraph(ComputationGraph other) {
        Require.that(
                other.getConfiguration()
                        .getVertices()
                        .keySet()
                        .equals(graph.getConfiguration().getVertices().keySet()),
                "vertices of the graph",
                other.getConfiguration().getVertices().keySet(),
                "those of this model's");
        return with(other);
    }

    /**
     * The language model alone, with adapters merged: what a Hugging Face checkpoint saves.
     *
     * @return a new graph without projection
     */
    public ComputationGraph languageModel() {
        return LoraNetworks.restructure(ModelTuning.plain(graph), ProjectionParts::remove);
    }

    /**
     * Continues prompts; their images may differ in number.
     *
     * @param prompts at least one
     * @param settings sets lengths, sampling, beams and seed
     * @return one result per prompt, each as it would be alone
     * @throws IllegalArgumentException if images do not fit the projection, or a prompt leaves no
     *     room for a new token
     */
    public List<Generation> generate(
            List<ImagePrompt> prompts, UnaryOperator<TextGenerator.Builder> settings) {
        return new ImageGeneration(this, text).run(prompts, settings);
    }

    /**
     * What the model makes of texts: hidden states before the head, or those of the encoder.
     *
     * @param texts at least one, without images
     * @return [batch, time, width] and their mask
     */
    public TokenStates hidden(List<String> texts) {
        return new TextStates(this, text).of(texts);
    }

    /**
     * Writes the projection's weights, in single precision and PyTorch's layout: {@code
     * projection.linear1.weight} and so on.
     *
     * @param file safetensors, created or replaced
     * @throws IOException if it cannot be written
     */
    public void saveProjection(Path file) throws IOException {
        new ProjectionFile(graph, settings.projection).save(file);
    }

    /**
     * Reads the projection's weights into {@link #graph}.
     *
     * @param file written by {@link #saveProjection}
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException naming a tensor that is missing, left over or of another
     *     shape; nothing is changed then
     */
    public void loadProjection(Path file) throws IOException {
        new ProjectionFile(graph, settings.projection).load(file);
    }

    /** {@return the graph, to be trained with {@code fit}} */
    public ComputationGraph graph() {
        return graph;
    }

    /** {@return the tokenizer} */
    public HfTokenizer tokenizer() {
        return settings.tokenizer;
    }

    /** {@return the projection's sizes} */
    public ProjectionConfig projection() {
        return settings.projection;
    }

    /** {@return where the images' tokens enter} */
    public Alignment alignment() {
        return settings.alignment;
    }

    /** {@return how texts speak of images} */
    public ImageMarks marks() {
        return settings.marks;
    }

    /** {@return how conversations are written down} */
    public PromptTemplate template() {
        return settings.template;
    }

    /** {@return width of the language model's states} */
    public int width() {
        return language.width();
    }

    /** {@return whether an encoder reads the prompt and a decoder writes the answer} */
    public boolean hasEncoder() {
        return language.hasEncoder();
    }

    /** The vertex whose output the decoder reads, or null. */
    String encoded() {
        return language.encoded();
    }

    PromptText text() {
        return text;
    }

    /** Whether batches need the encoder's states of captions as labels. */
    boolean matches() {
        return graph.getConfiguration().getNetworkOutputs().contains(ProjectionParts.MATCH);
    }

    /** Images of each row as the graph's inputs, in their order. */
    List<ImageInputs> images(List<INDArray> latents, List<INDArray> clip) {
        ProjectionConfig p = settings.projection;
        var type = graph.getConfiguration().getDataType();
        List<ImageInputs> inputs = new ArrayList<>();
        inputs.add(
                ImageInputs.of(ProjectionParts.IMAGE, latents, p.tokens(), p.latentWidth(), type));
        if (p.hasClip()) {
            for (int b = 0; b < clip.size(); b++) {
                Require.that(
                        (clip.get(b) == null) == (latents.get(b) == null),
                        "clip of prompt " + b,
                        clip.get(b) == null ? "null" : "there",
                        "there where there are images, as the projection has a CLIP branch");
            }
            inputs.add(
                    ImageInputs.of(
                            ProjectionParts.CLIP, clip, p.clipTokens(), p.clipWidth(), type));
        }
        return inputs;
    }

    /** Settings of a model; a graph, its tokenizer and the projection's sizes are required. */
    public static final class Builder implements Cloneable {
        private final ComputationGraph graph;
        private final HfTokenizer tokenizer;
        private final ProjectionConfig projection;
        private Alignment alignment = Alignment.PRE;
        private ImageMarks marks = ImageMarks.standard();
        private PromptTemplate template = ImagePrompt.easyGen();
        private IUpdater updater = new Adam(1e-3);

        /**
         * @param graph an initialized language model, with adapters or without
         * @param tokenizer of the same model; stays open
         * @param projection sizes
         */
        public Builder(ComputationGraph graph, HfTokenizer tokenizer, ProjectionConfig projection) {
            this.graph = Objects.requireNonNull(graph, "graph");
            this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
            this.projection = Objects.requireNonNull(projection, "projection");
        }

        /**
         * Sets where the images' tokens enter.
         *
         * @param alignment default {@link Alignment#PRE}
         * @return this
         */
        public Builder alignment(Alignment alignment) {
            this.alignment = Objects.requireNonNull(alignment, "alignment");
            return this;
        }

        /**
         * Sets how texts speak of images.
         *
         * @param marks default {@link ImageMarks#standard}
         * @return this
         */
        public Builder marks(ImageMarks marks) {
            this.marks = Objects.requireNonNull(marks, "marks");
            return this;
        }

        /**
         * Sets how conversations are written down.
         *
         * @param template default {@link ImagePrompt#easyGen}
         * @return this
         */
        public Builder template(PromptTemplate template) {
            this.template = Objects.requireNonNull(template, "template");
            return this;
        }

        /**
         * Sets the projection's updater.
         *
         * @param updater default Adam with learning rate 1e-3
         * @return this
         */
        public Builder updater(IUpdater updater) {
            this.updater = Objects.requireNonNull(updater, "updater");
            return this;
        }

        private PromptText text() {
            return new PromptText(
                    tokenizer,
                    template,
                    marks,
                    projection.tokensPerImage(),
                    alignment == Alignment.PRE);
        }

        /**
         * Makes the model.
         *
         * @return a new graph with the language model's weights and a new projection
         * @throws IllegalArgumentException if the graph is no language model, the tokenizer has no
         *     placeholder, or images are to come behind an encoder that there is not
         */
        public ImageLanguageModel build() {
            LanguageGraph language = LanguageGraph.of(graph.getConfiguration());
            Require.that(
                    alignment == Alignment.PRE || language.hasEncoder(),
                    "alignment of a decoder without encoder",
                    alignment,
                    Alignment.PRE.toString());
            PromptText text = text();
            ComputationGraph joined =
                    LoraNetworks.restructure(
                            graph,
                            conf ->
                                    new ProjectionParts(conf, language, projection, updater)
                                            .add(alignment, text.placeholder()));
            return new ImageLanguageModel(joined, copy(), language);
        }

        private Builder copy() {
            try {
                return (Builder) clone();
            } catch (CloneNotSupportedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
