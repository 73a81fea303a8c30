package org.dl4jplugins.examples.recon;

import java.util.List;
import org.dl4jplugins.examples.data.ImageSources;
import org.dl4jplugins.mtl.data.OverlayIterator;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The data of the experiment: a digit on the top left, a piece of clothing on the bottom right. */
final class MultiFashionMnist {

    /** The two tasks: outputs of the network, in the order of the labels. */
    static final List<String> TASKS = List.of("digit", "fashion");

    static final int CLASSES = 10;

    private final ImageSources images;
    private final ReconSettings settings;

    MultiFashionMnist(ImageSources images, ReconSettings settings) {
        this.images = images;
        this.settings = settings;
    }

    /** Training data with the labels of these tasks, in an order drawn from the seed. */
    OverlayIterator train(List<String> tasks, long seed) {
        return labels(
                tasks,
                OverlayIterator.multiFashionAndMnist(images.mnistTrain(), images.fashionTrain())
                        .examples(settings.trainExamples())
                        .batch(settings.batch())
                        .normalize(settings.mean(), settings.deviation())
                        .seed(seed)
                        .shuffle(true)
                        .dropLast(true)
                        .build());
    }

    /** Test data, the same for every run. */
    OverlayIterator test(List<String> tasks) {
        return labels(
                tasks,
                OverlayIterator.multiFashionAndMnist(images.mnistTest(), images.fashionTest())
                        .examples(settings.testExamples())
                        .batch(Math.min(500, settings.testExamples()))
                        .normalize(settings.mean(), settings.deviation())
                        .shuffle(false)
                        .build());
    }

    private static OverlayIterator labels(List<String> tasks, OverlayIterator data) {
        if (tasks.size() < TASKS.size()) {
            int[] kept = tasks.stream().mapToInt(TASKS::indexOf).toArray();
            data.setPreProcessor(
                    batch -> {
                        INDArray[] labels = new INDArray[kept.length];
                        for (int i = 0; i < kept.length; i++) {
                            labels[i] = batch.getLabels(kept[i]);
                        }
                        batch.setLabels(labels);
                    });
        }
        return data;
    }
}
