package org.dl4jplugins.multimodal.arbiter;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.dl4jplugins.core.arbiter.Values;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.metric.AttributeAccuracy;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Share of drawn scenes that a recognizer sees as they were asked for, in all attributes: 0 to 1,
 * more is better.
 */
public final class AttributeScore extends DrawingScore {

    private static final long serialVersionUID = 1;

    private final transient SceneRecognizer judge;
    private final transient List<SceneDescription> wanted;

    /**
     * A score.
     *
     * @param judge trained, and on more than the model that is scored
     * @param wanted what to draw
     * @param texts text latents of it [as many, tokens, width]
     * @param latents makes pictures of what is drawn
     * @throws IllegalArgumentException if there are not as many texts as scenes
     */
    public AttributeScore(
            SceneRecognizer judge,
            List<SceneDescription> wanted,
            INDArray texts,
            LatentSpace latents) {
        super(texts, latents);
        this.judge = Objects.requireNonNull(judge, "judge");
        this.wanted = List.copyOf(wanted);
        Values.require(
                texts.size(0) == wanted.size(),
                "texts",
                texts.size(0),
                "one for each of the " + wanted.size() + " scenes");
    }

    @Override
    double drawn(BiDiffuser model, SamplingSettings sampling) {
        AttributeAccuracy accuracy = new AttributeAccuracy();
        draw(
                model,
                sampling,
                (pictures, from) -> {
                    List<Optional<SceneDescription>> seen = judge.recognize(pictures);
                    for (int i = 0; i < seen.size(); i++) {
                        accuracy.add(wanted.get((int) from + i), seen.get(i));
                    }
                });
        return accuracy.exact();
    }

    @Override
    public boolean minimize() {
        return false;
    }
}
