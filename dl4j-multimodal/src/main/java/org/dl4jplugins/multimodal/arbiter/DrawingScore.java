package org.dl4jplugins.multimodal.arbiter;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.ObjLongConsumer;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Scores a BiDiffuser by the pictures that it draws of given texts. Needs no data source; holds
 * networks and arrays, so that a search with it is run, but not written to JSON.
 *
 * @see FidScore
 * @see AttributeScore
 */
public abstract class DrawingScore implements ScoreFunction {

    private static final long serialVersionUID = 1;

    private static final int AT_ONCE = 64;

    private final transient INDArray texts;
    private final transient LatentSpace latents;

    /** For subclasses: text latents [pictures, tokens, width], and how latents become pictures. */
    DrawingScore(INDArray texts, LatentSpace latents) {
        this.texts = Objects.requireNonNull(texts, "texts");
        this.latents = Objects.requireNonNull(latents, "latents");
        Values.require(
                texts.rank() == 3,
                "texts",
                "shape " + Arrays.toString(texts.shape()),
                "[pictures, tokens, width]");
    }

    /**
     * Draws and scores. Called for one model at a time, as the judging network is not for several
     * threads.
     *
     * @param model draws
     * @param sampling solver, steps, guidance, seed
     * @return the score
     * @throws IllegalArgumentException if the texts do not fit the model
     */
    public final synchronized double score(BiDiffuser model, SamplingSettings sampling) {
        return drawn(model, sampling);
    }

    abstract double drawn(BiDiffuser model, SamplingSettings sampling);

    /** Draws the texts' pictures part by part; the other argument is the first one's number. */
    final void draw(BiDiffuser model, SamplingSettings sampling, ObjLongConsumer<INDArray> use) {
        for (long from = 0; from < texts.size(0); from += AT_ONCE) {
            long to = Math.min(from + AT_ONCE, texts.size(0));
            INDArray part =
                    texts.get(
                                    NDArrayIndex.interval(from, to),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.all())
                            .dup('c');
            SamplingSettings other =
                    new SamplingSettings.Builder(sampling).seed(sampling.seed() + from).build();
            use.accept(latents.decode(model.textToImage(part, other).latent()), from);
        }
    }

    private double score(Object model) {
        Values.require(
                model instanceof ComputationGraph,
                "model",
                model.getClass().getName(),
                "a ComputationGraph of a BiDiffuserTaskCreator");
        TrainedBiDiffuser trained = TrainedBiDiffuser.of((ComputationGraph) model);
        return score(trained.model(), trained.sampling());
    }

    @Override
    @SuppressWarnings("deprecation")
    public final double score(
            Object model, DataProvider dataProvider, Map<String, Object> dataParameters) {
        return score(model);
    }

    @Override
    public final double score(
            Object model, Class<? extends DataSource> dataSource, Properties properties) {
        return score(model);
    }

    @Override
    public final List<Class<?>> getSupportedModelTypes() {
        return List.of(ComputationGraph.class);
    }

    @Override
    public final List<Class<?>> getSupportedDataTypes() {
        return List.of();
    }
}
