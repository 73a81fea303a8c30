package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageTextObjective;
import org.dl4jplugins.multimodal.bidiffuser.ObjectiveTerm;
import org.dl4jplugins.multimodal.bidiffuser.ObjectiveTerm.Noised;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionTrainer;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.diffusion.training.WeightAverage;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;

/** How the diffusion model is trained. */
final class DiffusionTraining {

    private static final String JOINT = "joint";

    private final DiffusionSettings settings;
    private final UViTConfig config;
    private final LongFunction<TrainingData> data;

    /**
     * @param data from a step on: latents of pictures, embeddings if there are any, latents of
     *     texts
     */
    DiffusionTraining(
            DiffusionSettings settings, UViTConfig config, LongFunction<TrainingData> data) {
        this.settings = settings;
        this.config = config;
        this.data = data;
    }

    /**
     * Trains with UniDiffuser's objective, then with BiDiffuser's, or all the time with the first.
     * The first part of both is the same and done once.
     */
    StageResult train(DiffusionVariant variant, Training training, long seed) throws IOException {
        int all = settings.jointSteps() + settings.steps();
        ComputationGraph graph =
                UViT.create(config, Training.adam(settings.learningRate(), all, seed));
        NarrowStart.apply(graph, settings.width());
        WeightAverage average =
                new WeightAverage.Builder(graph).decay(settings.decay()).warmUp(true).build();
        List<double[]> losses = new ArrayList<>();
        if (settings.jointSteps() > 0) {
            DiffusionTrainer.Builder trainer =
                    training.trainer(JOINT, graph, data.apply(0), joint(), settings.jointSteps())
                            .average(average)
                            .seed(seed);
            losses.add(
                    variant == DiffusionVariant.BIDIFFUSER
                            ? training.run(JOINT, trainer, settings.jointSteps())
                            : trainer.build().run());
        }
        if (settings.steps() > 0) {
            ImageTextObjective objective =
                    variant == DiffusionVariant.BIDIFFUSER ? bothWays() : joint();
            DiffusionTrainer.Builder trainer =
                    training.trainer(
                                    variant.stage(),
                                    graph,
                                    data.apply(settings.jointSteps()),
                                    objective,
                                    settings.steps())
                            .average(average)
                            .seed(seed + 1);
            losses.add(training.run(variant.stage(), trainer, settings.steps()));
        }
        WeightAverage.InUse use = average.use();
        try {
            model(graph).save(training.folder().model(variant.stage()));
        } finally {
            use.close();
        }
        return StageResult.create()
                .metric("parameters", graph.numParams())
                .metric("tokens", config.tokens())
                .series("loss", losses.stream().flatMapToDouble(Arrays::stream).toArray());
    }

    private ImageTextObjective joint() {
        return objective(term(Noised.BOTH, settings.imageWeight(), 1, 1)).build();
    }

    private ImageTextObjective bothWays() {
        return objective(
                        term(Noised.IMAGE, settings.imageWeight(), 1, 0),
                        term(Noised.TEXT, 0, 0, settings.alpha()))
                .conditionDropout(settings.conditionDropout())
                .shared(true)
                .build();
    }

    private static ObjectiveTerm term(Noised noised, double image, double clip, double text) {
        return new ObjectiveTerm.Builder(noised).weights(image, clip, text).build();
    }

    private ImageTextObjective.Builder objective(ObjectiveTerm... terms) {
        ImageTextObjective.Builder objective =
                new ImageTextObjective.Builder(config)
                        .schedule(settings.schedule().noise())
                        .prediction(settings.prediction());
        for (ObjectiveTerm term : terms) {
            objective.term(term);
        }
        return objective;
    }

    private BiDiffuser model(ComputationGraph graph) {
        return new BiDiffuser(graph, config, settings.schedule().noise(), settings.prediction());
    }
}
