package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.SharedBase;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionObjective;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/**
 * Trains an adapter through a frozen diffusion model: {@code L_ada = E ||e_x - e_theta(x_t, y,
 * t)||^2} (EasyGen, equation 5), with the error of the image embedding where the model has one.
 *
 * <p>{@link #graph} joins the adapter with the diffusion model's U-ViT. Its parameters are the
 * adapter's, in the same memory; those of the U-ViT stay in their own network, which the training
 * reads and cannot change. Batches of clean data come from {@link #clean}; {@link #objective} adds
 * noise to them, for a {@code DiffusionTrainer} or for {@code graph.fit}.
 *
 * <pre>{@code
 * AdapterTraining training = new AdapterTraining(adapter, bidiffuser, null,
 *         new NeuralNetConfiguration.Builder().updater(new Adam(1e-4)));
 * MultiDataSet clean = training.clean(images, text.states(texts), languageModel.hidden(texts));
 * training.graph().fit(training.objective().examples(clean, new NoiseSource(seed, step)));
 * }</pre>
 */
public final class AdapterTraining {
    private final Adapter adapter;
    private final BiDiffuser model;
    private final ComputationGraph graph;

    /**
     * Joins adapter and diffusion model.
     *
     * @param adapter to be trained
     * @param model stays as it is; both have one data type
     * @param captions narrows the condition to the diffusion model's text latents, frozen too; null
     *     if it is a latent as it is
     * @param training updater, regularization and so on of the adapter
     * @throws IllegalArgumentException if sizes or data types do not fit each other, or the
     *     diffusion model has LoRA adapters
     */
    public AdapterTraining(
            Adapter adapter,
            BiDiffuser model,
            CaptionModel captions,
            NeuralNetConfiguration.Builder training) {
        this.adapter = Objects.requireNonNull(adapter, "adapter");
        this.model = Objects.requireNonNull(model, "model");
        Fit.check(adapter, model, captions);
        FrozenUViT frozen = new FrozenUViT(model, captions);
        List<String> inputs = new ArrayList<>(List.of(AdapterParts.STATES, AdapterParts.LANGUAGE));
        inputs.addAll(frozen.inputs());
        GraphBuilder builder =
                training.dataType(model.graph().getConfiguration().getDataType())
                        .graphBuilder()
                        .addInputs(inputs.toArray(String[]::new));
        String condition =
                new AdapterParts(builder, adapter.config())
                        .add(AdapterParts.STATES, AdapterParts.LANGUAGE);
        frozen.addTo(builder, condition);
        graph =
                new ComputationGraph(
                        builder.setOutputs(frozen.outputs().toArray(String[]::new)).build());
        graph.init(adapter.graph().params(), false);
        SharedBase.attach(graph, frozen.weights());
        requireSameOrder();
    }

    /** Both graphs read the same array, so they must lay out its parameters alike. */
    private void requireSameOrder() {
        for (Layer layer : adapter.graph().getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            layer.paramTable()
                    .forEach(
                            (key, value) -> {
                                INDArray joined = graph.getLayer(name).getParam(key);
                                if (joined.offset() != value.offset()
                                        || !joined.equalShapes(value)) {
                                    throw new IllegalStateException(
                                            "Parameter " + key + " of " + name + " is elsewhere");
                                }
                            });
        }
    }

    /** {@return the graph that learns; its parameters are the adapter's own} */
    public ComputationGraph graph() {
        return graph;
    }

    /** {@return the adapter} */
    public Adapter adapter() {
        return adapter;
    }

    /**
     * A batch without noise.
     *
     * @param images latents, of the size that the diffusion model draws, with embeddings if it has
     *     them
     * @param states the text encoder's states of their descriptions [batch, tokens, state width]
     * @param language the language model's features of the descriptions, [batch, time, width] and
     *     mask
     * @return features image latent, image embedding if there is one, states, language features;
     *     masks of the same
     * @throws IllegalArgumentException if shapes do not fit
     */
    public MultiDataSet clean(ImageLatent images, INDArray states, TokenStates language) {
        List<INDArray> features = new ArrayList<>(List.of(images.latent()));
        if (images.clip() != null) {
            features.add(images.clip());
        }
        features.add(states);
        features.add(language.values());
        INDArray[] masks = new INDArray[features.size()];
        masks[masks.length - 1] = language.mask();
        MultiDataSet clean = new MultiDataSet(features.toArray(INDArray[]::new), null, masks, null);
        check(clean);
        return clean;
    }

    /** {@return what adds noise to batches of {@link #clean}, each example at a time of its own} */
    public DiffusionObjective objective() {
        return new AdapterObjective(this, model);
    }

    /** Checks a batch without noise; gives its images. */
    ImageLatent check(org.nd4j.linalg.dataset.api.MultiDataSet clean) {
        boolean clip = model.config().clipWidth() > 0;
        INDArray[] features = clean.getFeatures();
        int expected = clip ? 4 : 3;
        Require.that(
                features.length == expected,
                "features",
                features.length,
                expected
                        + ": image latent, "
                        + (clip ? "image embedding, " : "")
                        + "states, language features");
        INDArray states = features[expected - 2];
        INDArray[] masks = clean.getFeaturesMaskArrays();
        INDArray mask = masks == null ? null : masks[expected - 1];
        Adapter.check(adapter.config(), states, features[expected - 1], mask);
        int tokens = model.config().textTokens();
        Require.shape(
                "states",
                states,
                Arrays.asList("batch", tokens, adapter.config().stateWidth()).toString(),
                -1,
                tokens,
                -1);
        ImageLatent images = new ImageLatent(features[0], clip ? features[1] : null);
        Fit.checkImages(model.config(), images, states.size(0));
        return images;
    }
}
