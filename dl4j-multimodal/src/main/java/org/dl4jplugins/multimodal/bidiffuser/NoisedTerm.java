package org.dl4jplugins.multimodal.bidiffuser;

import java.util.Arrays;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Noising;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Examples under one term: what goes into the network and what should come out.
 *
 * @param input images and texts, with and without noise
 * @param imageTimes from 0 to 1, one for each example
 * @param textTimes from 0 to 1, one for each example
 * @param target of each output
 * @param kept whether the condition was kept, one for each example
 */
record NoisedTerm(
        ImageText input,
        double[] imageTimes,
        double[] textTimes,
        ImageText target,
        boolean[] kept) {

    /** The random numbers of some examples. */
    record Draws(ImageText noise, double[] imageTimes, double[] textTimes, boolean[] kept) {

        static Draws of(
                ObjectiveTerm term, ImageText clean, NoiseSchedule schedule, NoiseSource random) {
            int batch = (int) clean.batch();
            double[] imageTimes = times(term, schedule, batch, random);
            double[] textTimes =
                    term.noised() == ObjectiveTerm.Noised.BOTH
                            ? times(term, schedule, batch, random)
                            : imageTimes;
            boolean[] kept = new boolean[batch];
            for (int b = 0; b < batch; b++) {
                kept[b] =
                        term.conditionDropout() == 0 || random.uniform() >= term.conditionDropout();
            }
            boolean all = term.conditionDropout() > 0;
            INDArray latent = clean.image().latent();
            INDArray clip = clean.image().clip();
            boolean image = all || term.noisesImage();
            boolean text = all || term.noisesText();
            ImageLatent imageNoise =
                    new ImageLatent(
                            image ? random.normalLike(latent) : null,
                            image && clip != null ? random.normalLike(clip) : null);
            INDArray textNoise = text ? random.normalLike(clean.text()) : null;
            return new Draws(new ImageText(imageNoise, textNoise), imageTimes, textTimes, kept);
        }

        private static double[] times(
                ObjectiveTerm term, NoiseSchedule schedule, int batch, NoiseSource random) {
            if (!term.oneTime()) {
                return Noising.random(schedule, batch, random).times();
            }
            double[] times = new double[batch];
            Arrays.fill(times, Noising.random(schedule, 1, random).times()[0]);
            return times;
        }
    }

    /** Adds noise to what a term noises. */
    static NoisedTerm of(
            ObjectiveTerm term,
            ImageText clean,
            Draws draws,
            NoiseSchedule schedule,
            Prediction prediction) {
        double[] imageTimes = term.noisesImage() ? draws.imageTimes : condition(draws.kept);
        double[] textTimes = term.noisesText() ? draws.textTimes : condition(draws.kept);
        Noising image = new Noising(schedule, imageTimes);
        Noising text = new Noising(schedule, textTimes);
        ImageLatent noise = draws.noise.image();
        INDArray latent = clean.image().latent();
        INDArray clip = clean.image().clip();
        ImageText input =
                new ImageText(
                        new ImageLatent(
                                noised(term.noisesImage(), latent, noise.latent(), image),
                                noised(term.noisesImage(), clip, noise.clip(), image)),
                        noised(term.noisesText(), clean.text(), draws.noise.text(), text));
        ImageText target =
                new ImageText(
                        new ImageLatent(
                                target(
                                        term.noisesImage(),
                                        latent,
                                        noise.latent(),
                                        image,
                                        prediction),
                                target(term.noisesImage(), clip, noise.clip(), image, prediction)),
                        target(
                                term.noisesText(),
                                clean.text(),
                                draws.noise.text(),
                                text,
                                prediction));
        return new NoisedTerm(input, imageTimes, textTimes, target, draws.kept);
    }

    private static double[] condition(boolean[] kept) {
        double[] times = new double[kept.length];
        Arrays.setAll(times, b -> kept[b] ? 0 : 1);
        return times;
    }

    /** A condition stays as it is, or is all noise: nothing of it must shine through. */
    private static INDArray noised(boolean noised, INDArray x, INDArray noise, Noising noising) {
        if (x == null || noised) {
            return x == null ? null : noising.apply(x, noise);
        }
        INDArray condition = x.dup('c');
        double[] times = noising.times();
        for (int b = 0; b < times.length; b++) {
            if (times[b] == 1) {
                condition.slice(b).assign(noise.slice(b));
            }
        }
        return condition;
    }

    private static INDArray target(
            boolean noised, INDArray x, INDArray noise, Noising noising, Prediction prediction) {
        if (x == null) {
            return null;
        }
        return noised ? prediction.target(x, noise, noising) : x.like();
    }
}
