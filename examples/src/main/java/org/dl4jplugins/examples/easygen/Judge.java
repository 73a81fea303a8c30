package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.metric.AttributeAccuracy;
import org.dl4jplugins.multimodal.metric.Fid;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Who says what a picture shows, after it has proved that it can. */
final class Judge {

    static final String STAGE = "judge";

    private static final long TRAINING_SEED = 1001;
    private static final long TEST_SEED = 1002;
    private static final int BATCH = 128;

    private final SceneRecognizer recognizer;

    private Judge(SceneRecognizer recognizer) {
        this.recognizer = recognizer;
    }

    /** Trains a judge on all descriptions and tests it on fresh pictures of all. */
    static StageResult train(JudgeSettings settings, SceneData data, Training training)
            throws IOException {
        SceneRecognizer recognizer = new SceneRecognizer(data.side(), data.side(), 1);
        recognizer.train(
                data.generator(data.world().descriptions(), TRAINING_SEED),
                settings.steps(),
                settings.batch(),
                step -> training.step(STAGE));
        recognizer.save(file(training.folder()));
        AttributeAccuracy all =
                new Judge(recognizer).test(data, data.world().descriptions(), settings.test());
        AttributeAccuracy heldOut =
                new Judge(recognizer).test(data, data.split().heldOut(), settings.test());
        return StageResult.create()
                .metric("exact", all.exact())
                .metric("exact on held-out descriptions", heldOut.exact())
                .metric("pictures", all.count());
    }

    static Judge load(SceneData data, EasyGenFolder folder) throws IOException {
        return new Judge(SceneRecognizer.load(file(folder), data.side(), data.side()));
    }

    private static Path file(EasyGenFolder folder) {
        return folder.model("judge.zip");
    }

    private AttributeAccuracy test(SceneData data, List<SceneDescription> shown, int count) {
        List<Scene> scenes = SceneData.scenes(data.generator(shown, TEST_SEED), 0, count);
        return score(data.pictures(scenes), SceneData.descriptions(scenes));
    }

    /** What pictures [batch, 3, side, side] show. */
    List<Optional<SceneDescription>> see(INDArray pictures) {
        List<Optional<SceneDescription>> seen = new ArrayList<>();
        for (long first = 0; first < pictures.size(0); first += BATCH) {
            seen.addAll(recognizer.recognize(part(pictures, first)));
        }
        return seen;
    }

    /** How often pictures show what was asked for. */
    AttributeAccuracy score(INDArray pictures, List<SceneDescription> asked) {
        AttributeAccuracy accuracy = new AttributeAccuracy();
        List<Optional<SceneDescription>> seen = see(pictures);
        for (int i = 0; i < asked.size(); i++) {
            accuracy.add(asked.get(i), seen.get(i));
        }
        return accuracy;
    }

    /** Distance of drawn pictures to real ones. */
    double fid(INDArray real, INDArray drawn) {
        Fid fid = new Fid(recognizer.features());
        for (long first = 0; first < real.size(0); first += BATCH) {
            fid.real(part(real, first));
        }
        for (long first = 0; first < drawn.size(0); first += BATCH) {
            fid.generated(part(drawn, first));
        }
        return fid.value();
    }

    private static INDArray part(INDArray pictures, long first) {
        long last = Math.min(first + BATCH, pictures.size(0));
        return pictures.get(
                        NDArrayIndex.interval(first, last),
                        NDArrayIndex.all(),
                        NDArrayIndex.all(),
                        NDArrayIndex.all())
                .dup('c');
    }
}
