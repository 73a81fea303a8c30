package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.easygen.Adapter;
import org.dl4jplugins.multimodal.easygen.AdapterConfig;
import org.dl4jplugins.multimodal.easygen.AdapterTraining;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The adapter, through which the language model takes part in drawing. */
final class DrawingAdapter {

    static final String STAGE = "adapter";

    private static final String FILE = "adapter.safetensors";
    private static final int BATCH = 64;

    private final LanguageSettings settings;
    private final TextSettings text;
    private final SceneData data;
    private final TextLatents texts;
    private final Diffusion diffusion;
    private final ImageLanguageModel language;
    private final EasyGenFolder folder;

    DrawingAdapter(
            EasyGenSettings settings,
            SceneData data,
            TextLatents texts,
            Diffusion diffusion,
            ImageLanguageModel language,
            EasyGenFolder folder) {
        this.settings = settings.language();
        this.text = settings.text();
        this.data = data;
        this.texts = texts;
        this.diffusion = diffusion;
        this.language = language;
        this.folder = folder;
    }

    private Adapter create(long seed) {
        TrainSettings train = settings.adapter();
        AdapterConfig config =
                new AdapterConfig.Builder(text.width(), settings.width())
                        .hidden(2 * text.width())
                        .encoder(1, 2, 2 * text.width())
                        .weight(settings.adapterWeight())
                        .build();
        return Adapter.create(config, Training.adam(train.learningRate(), train.steps(), seed));
    }

    /** The adapter as it was trained. */
    Adapter load(long seed) throws IOException {
        Adapter adapter = create(seed);
        adapter.load(folder.model(FILE));
        return adapter;
    }

    /** Trains through the frozen diffusion model, on training scenes and their captions. */
    StageResult train(BiDiffuser model, Training training, long seed) throws IOException {
        TrainSettings train = settings.adapter();
        Adapter adapter = create(seed);
        AdapterTraining joined =
                new AdapterTraining(
                        adapter,
                        model,
                        texts.captionModel(),
                        Training.adam(train.learningRate(), train.steps(), seed));
        double[] losses =
                training.run(
                        STAGE,
                        training.trainer(
                                        STAGE,
                                        joined.graph(),
                                        step -> batch(joined, step, train.batch()),
                                        joined.objective(),
                                        train.steps())
                                .seed(seed),
                        train.steps());
        adapter.save(folder.model(FILE));
        return StageResult.create()
                .metric("parameters", adapter.graph().numParams())
                .series("loss", losses);
    }

    private org.nd4j.linalg.dataset.MultiDataSet batch(
            AdapterTraining joined, long step, int count) {
        List<Scene> scenes = SceneData.scenes(data.training(), step * count, count);
        List<String> captions = data.captions(data.training(), step * count, count);
        return joined.clean(
                diffusion.latent(data.pictures(scenes)),
                texts.states(captions),
                language.hidden(captions));
    }

    /** Pictures [captions, 3, side, side] of captions, with the trained adapter. */
    INDArray draw(BiDiffuser model, List<String> captions, long seed) throws IOException {
        Adapter adapter = load(seed);
        List<INDArray> drawn = new ArrayList<>();
        for (int first = 0; first < captions.size(); first += BATCH) {
            List<String> part = captions.subList(first, Math.min(first + BATCH, captions.size()));
            INDArray condition = adapter.condition(texts.states(part), language.hidden(part));
            INDArray latents = texts.captionModel().encode(condition);
            drawn.add(diffusion.draw(model, latents, seed + first));
        }
        return Nd4j.concat(0, drawn.toArray(INDArray[]::new));
    }
}
