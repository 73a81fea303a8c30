package org.dl4jplugins.multimodal.arbiter;

import java.util.Objects;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.metric.Fid;
import org.dl4jplugins.multimodal.metric.ImageFeatures;
import org.dl4jplugins.multimodal.vision.LatentSpace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Frechet distance of drawn pictures to real ones, see {@link Fid}; less is better. Of more use
 * than {@link AttributeScore} where nobody can say what a picture shows.
 */
public final class FidScore extends DrawingScore {

    private static final long serialVersionUID = 1;

    private final transient ImageFeatures features;
    private final transient INDArray real;

    /**
     * A score.
     *
     * @param features what pictures are compared by
     * @param real pictures [at least 2, channels, height, width] in [-1, 1]
     * @param texts text latents of the pictures to draw [at least 2, tokens, width]
     * @param latents makes pictures of what is drawn
     * @throws IllegalArgumentException if a shape is wrong
     */
    public FidScore(ImageFeatures features, INDArray real, INDArray texts, LatentSpace latents) {
        super(texts, latents);
        this.features = Objects.requireNonNull(features, "features");
        this.real = Objects.requireNonNull(real, "real");
    }

    @Override
    double drawn(BiDiffuser model, SamplingSettings sampling) {
        Fid fid = new Fid(features);
        fid.real(real);
        draw(model, sampling, (pictures, from) -> fid.generated(pictures));
        return fid.value();
    }

    @Override
    public boolean minimize() {
        return true;
    }
}
