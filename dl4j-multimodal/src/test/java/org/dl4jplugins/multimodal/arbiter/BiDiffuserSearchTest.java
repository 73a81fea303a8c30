package org.dl4jplugins.multimodal.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.LongStream;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.InMemoryResultSaver;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.SceneKind;
import org.dl4jplugins.multimodal.data.ScenePainter;
import org.dl4jplugins.multimodal.data.SceneShape;
import org.dl4jplugins.multimodal.data.SceneWorld;
import org.dl4jplugins.multimodal.diffusion.Ddim;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;
import org.dl4jplugins.multimodal.diffusion.training.TrainingData;
import org.dl4jplugins.multimodal.metric.ImageFeatures;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Arbiter training BiDiffusers on bright and dark pictures, and their scores. */
class BiDiffuserSearchTest {

    private static final UViTConfig CONFIG =
            new UViTConfig.Builder()
                    .image(3, 8, 8)
                    .patch(4)
                    .mlpRatio(2)
                    .text(1, 4)
                    .dataTypes(0)
                    .build();

    /** Mean of each color. */
    private static final ImageFeatures COLORS = images -> images.mean(2, 3);

    private static INDArray signs(int count) {
        float[] signs = new float[count];
        for (int i = 0; i < count; i++) {
            signs[i] = i % 2 == 0 ? 1 : -1;
        }
        return Nd4j.createFromArray(signs);
    }

    private static INDArray images(int count) {
        INDArray noise = new NoiseSource(4).normal(DataType.FLOAT, count, 3, 8, 8).muli(0.1);
        return noise.addi(signs(count).reshape('c', count, 1, 1, 1).broadcast(count, 3, 8, 8));
    }

    private static INDArray texts(int count) {
        return signs(count).reshape('c', count, 1, 1).broadcast(count, 1, 4).dup('c');
    }

    private static TrainingData data() {
        return TrainingData.of(
                new MultiDataSet(new INDArray[] {images(64), texts(64)}, null), 16, 1);
    }

    private static BiDiffuserTaskCreator.Builder creator(int steps) {
        return new BiDiffuserTaskCreator.Builder(CONFIG, BiDiffuserSearchTest::data)
                .network(conf -> conf.seed(3))
                .objective(o -> o.prediction(Prediction.X0).conditionDropout(0.1).shared(true))
                .training(trainer -> trainer.steps(steps).clip(1))
                .sampling(way -> way.seed(5).limit(1.5));
    }

    private static OptimizationConfiguration search(
            CandidateGenerator generator, ScoreFunction score, int candidates) {
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .scoreFunction(score)
                .modelSaver(new InMemoryResultSaver())
                .terminationConditions(new MaxCandidatesCondition(candidates))
                .build();
    }

    @Test
    void gridFindsTheLearningRateThatDraws() throws IOException {
        BiDiffuserSpace space =
                new BiDiffuserSpace.Builder()
                        .width(new FixedValue<>(32))
                        .depth(new FixedValue<>(2))
                        .heads(new DiscreteParameterSpace<>(4, 5))
                        .guidance(new FixedValue<>(0.5))
                        .steps(new FixedValue<>(8))
                        .learningRate(new DiscreteParameterSpace<>(1e-6, 1e-2))
                        .build();
        CandidateGenerator grid =
                new GridSearchCandidateGenerator(
                        space, 2, GridSearchCandidateGenerator.Mode.Sequential, null);
        FidScore score = new FidScore(COLORS, images(64), texts(40), new IdentityLatent());
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(
                        search(grid, score, 4), creator(50).average(0.9).build());
        runner.execute();
        assertEquals(2, runner.numCandidatesFailed(), "32 is no multiple of 5 heads");
        assertEquals(2, runner.numCandidatesCompleted());
        double worst = 0;
        for (ResultReference reference : runner.getResults()) {
            OptimizationResult result = reference.getResult();
            if (result.getScore() != null && result.getScore().equals(runner.bestScore())) {
                BiDiffuserCandidate best = (BiDiffuserCandidate) result.getCandidate().getValue();
                assertEquals(new BiDiffuserCandidate(32, 2, 4, 1, 0.5, 8, 1e-2), best);
                TrainedBiDiffuser model =
                        TrainedBiDiffuser.of((ComputationGraph) reference.getResultModel());
                assertEquals(result.getScore(), score.score(model.model(), model.sampling()), 1e-9);
            } else if (result.getScore() != null) {
                worst = result.getScore();
            }
        }
        assertTrue(runner.bestScore() < 0.3 * worst, runner.bestScore() + " against " + worst);
    }

    @Test
    void averageIsWhatIsScored() throws IOException {
        BiDiffuserSpace space =
                new BiDiffuserSpace.Builder()
                        .width(new FixedValue<>(8))
                        .depth(new FixedValue<>(2))
                        .heads(new FixedValue<>(1))
                        .steps(new FixedValue<>(1))
                        .alpha(new DiscreteParameterSpace<>(0.5, 2.0))
                        .build();
        INDArray[] weights = new INDArray[2];
        for (int i = 0; i < 2; i++) {
            FidScore score = new FidScore(COLORS, images(4), texts(4), new IdentityLatent());
            LocalOptimizationRunner runner =
                    new LocalOptimizationRunner(
                            search(new RandomSearchGenerator(space), score, 1),
                            creator(3).average(i == 0 ? 0 : 0.9).build());
            runner.execute();
            weights[i] = ((ComputationGraph) runner.getResults().get(0).getResultModel()).params();
        }
        assertNotEquals(weights[0], weights[1]);
    }

    /** Pictures that are there already, whatever a model draws. */
    private static final class Shown implements LatentSpace {
        private final INDArray pictures;
        private long next;

        Shown(INDArray pictures) {
            this.pictures = pictures;
        }

        @Override
        public int channels() {
            return 3;
        }

        @Override
        public int factor() {
            return 2;
        }

        @Override
        public INDArray encode(INDArray images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public INDArray decode(INDArray latents) {
            long from = next;
            next += latents.size(0);
            return pictures.get(NDArrayIndex.interval(from, next), NDArrayIndex.all()).dup('c');
        }
    }

    @Test
    void attributesOfEachDrawingAreThoseAskedFor() {
        List<SceneDescription> world =
                new SceneWorld.Builder()
                        .colors(SceneColor.RED, SceneColor.GREEN, SceneColor.BLUE)
                        .shapes(SceneShape.CIRCLE)
                        .kinds(SceneKind.PLACED)
                        .build()
                        .descriptions();
        SceneRecognizer judge = new SceneRecognizer(16, 16, 1);
        judge.train(new SceneGenerator(world, 1), 50, 24, step -> {});
        SceneGenerator unseen = new SceneGenerator(world, 2);
        List<Scene> scenes = LongStream.range(0, 70).mapToObj(unseen::scene).toList();
        List<SceneDescription> shown = scenes.stream().map(Scene::description).toList();
        List<SceneDescription> rotated = new ArrayList<>(shown);
        Collections.rotate(rotated, 1);
        INDArray pictures = new ScenePainter(16, 16).array(scenes);
        BiDiffuser model = model();
        SamplingSettings once =
                new SamplingSettings.Builder().solver(new Ddim()).steps(1).guidance(0).build();
        double right =
                new AttributeScore(judge, shown, texts(70), new Shown(pictures)).score(model, once);
        double wrong =
                new AttributeScore(judge, rotated, texts(70), new Shown(pictures))
                        .score(model, once);
        assertTrue(right > 0.8, right + "");
        assertTrue(wrong < 0.2, wrong + "");
    }

    private static BiDiffuser model() {
        UViTConfig config = new UViTConfig.Builder(CONFIG).width(16).depth(2).heads(2).build();
        return new BiDiffuser(
                UViT.create(config, new NeuralNetConfiguration.Builder().seed(1)), config);
    }

    @Test
    void samplingIsScoredByDrawingsToo() {
        BiDiffuser model = model();
        FidScore drawings = new FidScore(COLORS, images(64), texts(40), new IdentityLatent());
        SamplingScore score =
                SamplingScore.of(
                        drawings, model, () -> new SamplingSettings.Builder().seed(8).limit(2));
        SamplingCandidate candidate =
                new SamplingCandidate(NamedSolver.DDIM, TimeSpacing.LOG_SNR, 3, 0.5);
        SamplingSettings same =
                new SamplingSettings.Builder()
                        .seed(8)
                        .limit(2)
                        .solver(new Ddim())
                        .spacing(TimeSpacing.LOG_SNR)
                        .steps(3)
                        .guidance(0.5)
                        .build();
        assertEquals(drawings.score(model, same), score.score(candidate));
        assertTrue(score.minimize());
    }

    @Test
    void comesBackFromJson() {
        BiDiffuserSpace space =
                new BiDiffuserSpace.Builder()
                        .width(new DiscreteParameterSpace<>(64, 128))
                        .depth(new DiscreteParameterSpace<>(4, 6))
                        .heads(new DiscreteParameterSpace<>(2, 4))
                        .alpha(new ContinuousParameterSpace(0.1, 2))
                        .guidance(new ContinuousParameterSpace(0, 8))
                        .steps(new IntegerParameterSpace(5, 50))
                        .learningRate(new ContinuousParameterSpace(1e-4, 1e-2))
                        .build();
        assertEquals(7, space.numParameters());
        OptimizationConfiguration search =
                new OptimizationConfiguration.Builder()
                        .candidateGenerator(new RandomSearchGenerator(space))
                        .scoreFunction(new SamplingSearchTest.Distance())
                        .terminationConditions(new MaxCandidatesCondition(1))
                        .build();
        OptimizationConfiguration read = OptimizationConfiguration.fromJson(search.toJson());
        read.getCandidateGenerator().setRngSeed(3);
        search.getCandidateGenerator().setRngSeed(3);
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    search.getCandidateGenerator().getCandidate().getValue(),
                    read.getCandidateGenerator().getCandidate().getValue());
        }
    }

    @Test
    void badValues() {
        BiDiffuserSpace.Builder space = new BiDiffuserSpace.Builder();
        check(
                "width: 1 given, right is 2 or more",
                () -> space.width(new IntegerParameterSpace(1, 8)));
        check(
                "depth: 3 given, right is even, 2 or more",
                () -> space.depth(new DiscreteParameterSpace<>(2, 3)));
        check("heads: 0 given, right is 1 or more", () -> space.heads(new FixedValue<>(0)));
        check("alpha: 0.0 given, right is above 0", () -> space.alpha(new FixedValue<>(0.0)));
        check(
                "guidance: -1.0 given, right is 0 or more",
                () -> space.guidance(new ContinuousParameterSpace(-1, 1)));
        check("steps: 0 given, right is 1 or more", () -> space.steps(new FixedValue<>(0)));
        check(
                "learningRate: 0.0 given, right is above 0",
                () -> space.learningRate(new ContinuousParameterSpace(0, 1)));
        check(
                "learningRate: NaN given, right is above 0",
                () -> new BiDiffuserCandidate(8, 2, 1, 1, 0, 1, Double.NaN));
        check("decay: 1.0 given, right is at least 0 and below 1", () -> creator(1).average(1));
    }

    @Test
    void badScores() {
        FidScore score = new FidScore(COLORS, images(4), texts(4), new IdentityLatent());
        check(
                "model: java.lang.String given, right is a ComputationGraph of a"
                        + " BiDiffuserTaskCreator",
                () -> score.score("a text", null, new Properties()));
        ComputationGraph graph = model().graph();
        check(
                "The graph has no TrainedBiDiffuser: its training was none of a"
                        + " BiDiffuserTaskCreator, or the graph was saved and read",
                () -> score.score(graph, null, new Properties()));
        check(
                "texts: shape [4, 4] given, right is [pictures, tokens, width]",
                () -> new FidScore(COLORS, images(4), Nd4j.create(4, 4), new IdentityLatent()));
        check(
                "texts: 3 given, right is one for each of the 0 scenes",
                () ->
                        new AttributeScore(
                                new SceneRecognizer(8, 8, 1),
                                List.of(),
                                texts(3),
                                new IdentityLatent()));
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
