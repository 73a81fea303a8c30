package org.dl4jplugins.multimodal.metric;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frechet distance between real and generated pictures in the features of a given network (FID;
 * Heusel et al., "GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash
 * Equilibrium", NeurIPS 2017, equation 6): {@link FrechetDistance} of the normal distributions with
 * the features' means and covariances. Less is better.
 *
 * <pre>{@code
 * Fid fid = new Fid(new GraphFeatures(classifier, "features"));
 * fid.real(pictures);          // batch by batch
 * fid.generated(samples);
 * double distance = fid.value();
 * }</pre>
 *
 * <p>Values compare only within one network and one number of pictures: few pictures make the
 * distance larger, and the published ones are of Inception-v3 features of 10,000 pictures and more.
 */
public final class Fid {
    private static final Logger LOG = LoggerFactory.getLogger(Fid.class);

    private final ImageFeatures features;
    private final double regularization;
    private final FeatureStatistics real = new FeatureStatistics();
    private final FeatureStatistics generated = new FeatureStatistics();

    /**
     * @param features what pictures are compared by
     */
    public Fid(ImageFeatures features) {
        this(features, 0);
    }

    /**
     * @param features what pictures are compared by
     * @param regularization added to the variances of both, 0 or more; makes the distance less
     *     dependent on directions in which few pictures hardly vary
     */
    public Fid(ImageFeatures features, double regularization) {
        if (!(regularization >= 0) || Double.isInfinite(regularization)) {
            throw new IllegalArgumentException(
                    "regularization must be 0 or more, got " + regularization);
        }
        this.features = features;
        this.regularization = regularization;
    }

    /**
     * Takes real pictures in.
     *
     * @param images [batch, channel, height, width] in [-1, 1]
     */
    public void real(INDArray images) {
        real.add(features.features(images));
    }

    /**
     * Takes generated pictures in.
     *
     * @param images [batch, channel, height, width] in [-1, 1]
     */
    public void generated(INDArray images) {
        generated.add(features.features(images));
    }

    /**
     * The distance; a warning is logged if either has no more pictures than features, as its
     * covariance then lacks rank.
     *
     * @return 0 or more
     * @throws IllegalStateException if either has fewer than two pictures
     */
    public double value() {
        double[][] realCovariance = regularized(real);
        double[][] generatedCovariance = regularized(generated);
        long fewest = Math.min(real.count(), generated.count());
        if (fewest <= real.width()) {
            LOG.warn(
                    "FID of {} pictures in {} features: more pictures than features are needed for"
                            + " a covariance of full rank, values are too large",
                    fewest,
                    real.width());
        }
        return FrechetDistance.squared(
                real.mean(), realCovariance, generated.mean(), generatedCovariance);
    }

    private double[][] regularized(FeatureStatistics statistics) {
        double[][] covariance = statistics.covariance();
        for (int i = 0; i < covariance.length; i++) {
            covariance[i][i] += regularization;
        }
        return covariance;
    }
}
