package org.dl4jplugins.multimodal.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.LongStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.SceneKind;
import org.dl4jplugins.multimodal.data.ScenePainter;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Says what a picture of a scene shows: the independent judge of drawn pictures. A convolutional
 * network with one classification for each attribute, trained on painted scenes with a little
 * noise.
 *
 * <pre>{@code
 * SceneRecognizer judge = new SceneRecognizer(32, 32, 1);
 * judge.train(new SceneGenerator(SceneWorld.full().descriptions(), 99), 3000, 64, step -> {});
 * List<Optional<SceneDescription>> seen = judge.recognize(drawnPictures);
 * Fid fid = new Fid(judge.features());
 * }</pre>
 *
 * <p>Not safe for use by several threads.
 */
public final class SceneRecognizer {

    /** Standard deviation of the noise on pictures in training, which are in [-1, 1]. */
    public static final double NOISE = 0.08;

    /** Least probability of each attribute's value for a picture to count as recognized. */
    public static final double SURE = 0.5;

    private final ComputationGraph graph;
    private final int height;
    private final int width;

    /**
     * A recognizer that knows nothing yet.
     *
     * @param height of the pictures, a multiple of 8
     * @param width of the pictures, a multiple of 8
     * @param seed of the weights
     */
    public SceneRecognizer(int height, int width, long seed) {
        this(SceneRecognizerGraph.build(height, width, seed), height, width);
    }

    private SceneRecognizer(ComputationGraph graph, int height, int width) {
        this.graph = graph;
        this.height = height;
        this.width = width;
        Accelerator.accelerate(graph);
    }

    /**
     * Trains on scenes 0, 1, 2, ... of a generator, each seen once. The learning rate falls after
     * 60 % and after 85 % of the steps.
     *
     * @param generator should show all scenes there are, also those held out from the model that is
     *     judged; another seed than of its data
     * @param steps number of batches
     * @param batch scenes per step
     * @param progress told the number of steps done after each of them
     */
    public void train(SceneGenerator generator, int steps, int batch, IntConsumer progress) {
        ScenePainter painter = new ScenePainter(height, width);
        Random noise = Nd4j.getRandomFactory().getNewRandomInstance(1);
        for (int step = 0; step < steps; step++) {
            if (step == 0 || step == steps * 6L / 10 || step == steps * 85L / 100) {
                graph.setLearningRate(learningRate((double) step / steps));
            }
            long first = (long) step * batch;
            List<Scene> scenes =
                    LongStream.range(first, first + batch).mapToObj(generator::scene).toList();
            INDArray images = painter.array(scenes);
            images.addi(Nd4j.randn(noise, images.shape()).castTo(DataType.FLOAT).muli(NOISE));
            graph.fit(new MultiDataSet(new INDArray[] {images}, labels(scenes)));
            progress.accept(step + 1);
        }
    }

    /** Smaller towards the end, so that the weights settle. */
    private static double learningRate(double done) {
        return SceneRecognizerGraph.LEARNING_RATE * (done < 0.59 ? 1 : done < 0.84 ? 0.3 : 0.08);
    }

    private static INDArray[] labels(List<Scene> scenes) {
        SceneHead[] heads = SceneHead.values();
        INDArray[] labels = new INDArray[heads.length];
        for (SceneHead head : heads) {
            float[] oneHot = new float[scenes.size() * head.classes()];
            for (int i = 0; i < scenes.size(); i++) {
                oneHot[i * head.classes() + head.classOf(scenes.get(i).description())] = 1;
            }
            labels[head.ordinal()] =
                    Nd4j.createFromArray(oneHot).reshape('c', scenes.size(), head.classes());
        }
        return labels;
    }

    /**
     * What pictures show.
     *
     * @param images [batch, 3, height, width] in [-1, 1]
     * @return in the batch's order; empty where an attribute is less sure than {@link #SURE}, or
     *     the attributes make no scene
     */
    public List<Optional<SceneDescription>> recognize(INDArray images) {
        if (images.rank() != 4
                || images.size(1) != 3
                || images.size(2) != height
                || images.size(3) != width) {
            throw new IllegalArgumentException(
                    "images must be [batch, 3, "
                            + height
                            + ", "
                            + width
                            + "], got "
                            + Arrays.toString(images.shape()));
        }
        INDArray[] outputs = graph.output(false, images);
        List<Optional<SceneDescription>> seen = new ArrayList<>();
        for (int i = 0; i < images.size(0); i++) {
            seen.add(description(outputs, i));
        }
        return seen;
    }

    private static Optional<SceneDescription> description(INDArray[] outputs, int row) {
        SceneHead[] heads = SceneHead.values();
        int[] classes = new int[heads.length];
        double[] sure = new double[heads.length];
        for (SceneHead head : heads) {
            for (int c = 1; c < head.classes(); c++) {
                double probability = outputs[head.ordinal()].getDouble(row, c);
                if (probability > sure[head.ordinal()]) {
                    sure[head.ordinal()] = probability;
                    classes[head.ordinal()] = c;
                }
            }
        }
        if (sure[SceneHead.KIND.ordinal()] < SURE) {
            return Optional.empty();
        }
        SceneKind kind = SceneKind.values()[classes[SceneHead.KIND.ordinal()] - 1];
        if (SceneHead.of(kind).stream().anyMatch(head -> sure[head.ordinal()] < SURE)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SceneHead.description(classes));
        } catch (IllegalArgumentException noScene) {
            return Optional.empty();
        }
    }

    /** The recognizer's last common layer, [batch, 128]: features for {@link Fid}. */
    public ImageFeatures features() {
        return new GraphFeatures(graph, SceneRecognizerGraph.FEATURES);
    }

    /** The network: input {@code image}, one output for each attribute. */
    public ComputationGraph graph() {
        return graph;
    }

    /**
     * Writes the network, with its updater's state, as {@code ModelSerializer} does.
     *
     * @param file usually ends in {@code .zip}
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, out -> ModelSerializer.writeModel(graph, out, true));
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param file of a recognizer
     * @param height of its pictures
     * @param width of its pictures
     * @throws MalformedFileException if the network is not a recognizer of such pictures
     * @throws IOException if the file cannot be read
     */
    public static SceneRecognizer load(Path file, int height, int width) throws IOException {
        ComputationGraph graph = ModelSerializer.restoreComputationGraph(file.toFile(), true);
        ComputationGraph expected = SceneRecognizerGraph.build(height, width, 1);
        if (!graph.getConfiguration()
                        .getVertices()
                        .keySet()
                        .equals(expected.getConfiguration().getVertices().keySet())
                || graph.numParams() != expected.numParams()) {
            throw new MalformedFileException(
                    file,
                    "is no recognizer of pictures of "
                            + height
                            + " x "
                            + width
                            + ": has "
                            + graph.numParams()
                            + " parameters, must have "
                            + expected.numParams());
        }
        return new SceneRecognizer(graph, height, width);
    }
}
