package org.dl4jplugins.multimodal.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.multimodal.data.Scene;
import org.dl4jplugins.multimodal.data.SceneColor;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.data.SceneGenerator;
import org.dl4jplugins.multimodal.data.SceneKind;
import org.dl4jplugins.multimodal.data.ScenePainter;
import org.dl4jplugins.multimodal.data.SceneShape;
import org.dl4jplugins.multimodal.data.SceneWorld;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SceneRecognizerTest {

    @TempDir Path folder;

    @Test
    void headsHoldEveryDescription() {
        for (SceneDescription description :
                new SceneWorld.Builder().maxCount(6).build().descriptions()) {
            int[] classes = new int[SceneHead.values().length];
            for (SceneHead head : SceneHead.values()) {
                classes[head.ordinal()] = head.classOf(description);
                assertTrue(classes[head.ordinal()] < head.classes());
                assertEquals(
                        SceneHead.of(SceneKind.of(description)).contains(head),
                        classes[head.ordinal()] > 0,
                        head + " of " + description);
            }
            assertEquals(description, SceneHead.description(classes));
        }
    }

    /** 30 scenes of one thing: guessing is right in 3 of 100. */
    @Test
    void learnsToRecognize() throws IOException {
        List<SceneDescription> descriptions =
                new SceneWorld.Builder()
                        .colors(SceneColor.RED, SceneColor.GREEN, SceneColor.BLUE)
                        .shapes(SceneShape.CIRCLE)
                        .kinds(SceneKind.PLACED)
                        .build()
                        .descriptions();
        SceneRecognizer recognizer = new SceneRecognizer(16, 16, 1);
        List<Integer> steps = new ArrayList<>();
        recognizer.train(new SceneGenerator(descriptions, 1), 50, 24, steps::add);
        assertEquals(50, steps.size());
        assertEquals(50, steps.get(49));
        SceneGenerator unseen = new SceneGenerator(descriptions, 2);
        List<Scene> scenes = LongStream.range(0, 200).mapToObj(unseen::scene).toList();
        INDArray images = new ScenePainter(16, 16).array(scenes);
        List<Optional<SceneDescription>> seen = recognizer.recognize(images);
        AttributeAccuracy accuracy = new AttributeAccuracy();
        for (int i = 0; i < 200; i++) {
            accuracy.add(scenes.get(i).description(), seen.get(i));
        }
        assertTrue(accuracy.exact() > 0.85, accuracy.toString());
        assertArrayEquals(new long[] {200, 128}, recognizer.features().features(images).shape());

        Path file = folder.resolve("judge.zip");
        recognizer.save(file);
        assertEquals(seen, SceneRecognizer.load(file, 16, 16).recognize(images));
        MalformedFileException e =
                assertThrows(
                        MalformedFileException.class, () -> SceneRecognizer.load(file, 24, 16));
        assertTrue(
                e.getMessage().startsWith(file + ": is no recognizer of pictures of 24 x 16"),
                e.getMessage());
    }

    @Test
    void wrongPicturesAreNamed() {
        IllegalArgumentException size =
                assertThrows(IllegalArgumentException.class, () -> new SceneRecognizer(12, 16, 1));
        assertEquals("height and width must be multiples of 8, got 12 and 16", size.getMessage());
        SceneRecognizer recognizer = new SceneRecognizer(8, 16, 1);
        IllegalArgumentException shape =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> recognizer.recognize(Nd4j.zeros(2, 3, 16, 8)));
        assertEquals("images must be [batch, 3, 8, 16], got [2, 3, 16, 8]", shape.getMessage());
    }
}
