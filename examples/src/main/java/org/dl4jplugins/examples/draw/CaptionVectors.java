package org.dl4jplugins.examples.draw;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The simplest text latent: each word of a caption is a vector of its own, drawn once. Enough where
 * a handful of words has to be told apart, and nothing has to be trained for it.
 */
final class CaptionVectors {

    /** Width of a word's vector. */
    static final int WIDTH = 16;

    private final List<String> words;
    private final int tokens;
    private final INDArray vectors;

    /** Of the captions of these scenes; the last vector stands behind a caption's end. */
    CaptionVectors(List<SceneDescription> descriptions) {
        SortedSet<String> all = new TreeSet<>();
        int longest = 0;
        for (SceneDescription description : descriptions) {
            List<String> caption = words(description);
            all.addAll(caption);
            longest = Math.max(longest, caption.size());
        }
        words = new ArrayList<>(all);
        tokens = longest;
        vectors = new NoiseSource(1).normal(DataType.FLOAT, words.size() + 1, WIDTH);
    }

    private static List<String> words(SceneDescription description) {
        return List.of(SceneCaptions.caption(description).split(" "));
    }

    /** Words of the longest caption. */
    int tokens() {
        return tokens;
    }

    /** Text latents [descriptions, tokens, WIDTH]. */
    INDArray of(List<SceneDescription> descriptions) {
        INDArray latents = Nd4j.create(DataType.FLOAT, descriptions.size(), tokens, WIDTH);
        for (int i = 0; i < descriptions.size(); i++) {
            List<String> caption = words(descriptions.get(i));
            for (int t = 0; t < tokens; t++) {
                int word = t < caption.size() ? words.indexOf(caption.get(t)) : words.size();
                latents.put(
                        new INDArrayIndex[] {
                            NDArrayIndex.point(i), NDArrayIndex.point(t), NDArrayIndex.all()
                        },
                        vectors.getRow(word));
            }
        }
        return latents;
    }
}
