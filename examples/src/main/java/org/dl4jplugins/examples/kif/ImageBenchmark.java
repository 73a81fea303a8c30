package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.MersenneTwister;
import org.apache.commons.math3.util.MathArrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.examples.data.ImageSources;
import org.dl4jplugins.mtl.data.LabeledImages;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Permuted and split MNIST. */
final class ImageBenchmark implements Benchmark {

    private static final int DIGITS = 10;
    private static final float MEAN = 0.1307f;
    private static final float DEVIATION = 0.3081f;

    private final BenchmarkSettings settings;
    private final ImageSources images;

    ImageBenchmark(BenchmarkSettings settings, ImageSources images) {
        this.settings = settings;
        this.images = images;
    }

    @Override
    public ComputationGraph model(Order order, Method method, long seed) {
        return ImageModels.of(settings.model(), seed, settings.learningRate());
    }

    @Override
    public TaskStream stream(Order order, long seed) {
        TaskStream.Builder stream = new TaskStream.Builder().scenario(settings.scenario());
        for (int task = 0; task < order.tasks().size(); task++) {
            stream.add(task(order.tasks().get(task), task, seed));
        }
        return stream.build();
    }

    private Task task(String name, int number, long seed) {
        boolean split = settings.source() == Source.SPLIT_MNIST;
        int[] digits = split ? digits(name) : IntStream.range(0, DIGITS).toArray();
        int[] pixels =
                IntStream.range(0, images.mnistTrain().rows() * images.mnistTrain().columns())
                        .toArray();
        if (!split && number > 0) {
            MathArrays.shuffle(pixels, new MersenneTwister(1000 * seed + number));
        }
        MultiDataSet train = data(images.mnistTrain(), digits, pixels, settings.trainExamples());
        MultiDataSet test = data(images.mnistTest(), digits, pixels, settings.testExamples());
        Task.Builder task =
                new Task.Builder(name)
                        .train(TaskData.shuffled(train, settings.batch(), 100 * seed + number))
                        .test(TaskData.inOrder(test, 250));
        return settings.scenario() == Scenario.DOMAIN_INCREMENTAL
                ? task.build()
                : task.classes(digits).build();
    }

    private static int[] digits(String name) {
        require(name.matches("[0-9]( [0-9])*"), "task", name, "its digits, such as 0 1");
        return Arrays.stream(name.split(" ")).mapToInt(Integer::parseInt).toArray();
    }

    /** Pictures of some digits as rows of pixels, with labels [pictures, 10]. */
    private static MultiDataSet data(LabeledImages images, int[] digits, int[] pixels, int atMost) {
        int[] chosen =
                IntStream.range(0, images.size())
                        .filter(i -> Arrays.stream(digits).anyMatch(d -> d == images.label(i)))
                        .limit(atMost == 0 ? images.size() : atMost)
                        .toArray();
        float[] values = new float[chosen.length * pixels.length];
        float[] labels = new float[chosen.length * DIGITS];
        for (int i = 0; i < chosen.length; i++) {
            for (int p = 0; p < pixels.length; p++) {
                float gray = images.pixel(chosen[i], pixels[p]) / 255f;
                values[i * pixels.length + p] = (gray - MEAN) / DEVIATION;
            }
            labels[i * DIGITS + images.label(chosen[i])] = 1;
        }
        return new org.nd4j.linalg.dataset.MultiDataSet(
                array(values, chosen.length, pixels.length), array(labels, chosen.length, DIGITS));
    }

    private static INDArray array(float[] values, long rows, long columns) {
        return Nd4j.create(values, new long[] {rows, columns}, 'c');
    }
}
