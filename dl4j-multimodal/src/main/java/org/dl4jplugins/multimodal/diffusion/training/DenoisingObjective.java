package org.dl4jplugins.multimodal.diffusion.training;

import java.util.Objects;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Noising;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The simple objective of DDPM (Ho et al. 2020, equation 14) for a graph with inputs x_t, [batch,
 * any shape], t, [batch, 1], and any conditions: each example at a time and with noise of its own.
 *
 * <p>The first features are the clean data, the others conditions. The graph is given times from 0
 * to 1; {@link GraphDenoiser} does the same when sampling.
 *
 * @param schedule gives alpha and sigma
 * @param prediction what the graph's output is to be
 */
public record DenoisingObjective(NoiseSchedule schedule, Prediction prediction)
        implements DiffusionObjective {

    /**
     * Checks that both are given.
     *
     * @throws NullPointerException naming what is missing
     */
    public DenoisingObjective {
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(prediction, "prediction");
    }

    @Override
    public MultiDataSet examples(
            org.nd4j.linalg.dataset.api.MultiDataSet data, NoiseSource random) {
        INDArray[] given = data.getFeatures();
        INDArray x0 = given[0];
        Noising noising = Noising.random(schedule, Math.toIntExact(x0.size(0)), random);
        INDArray epsilon = random.normalLike(x0);
        INDArray[] inputs = new INDArray[given.length + 1];
        inputs[0] = noising.apply(x0, epsilon);
        inputs[1] =
                Nd4j.createFromArray(noising.times()).castTo(x0.dataType()).reshape(x0.size(0), 1);
        System.arraycopy(given, 1, inputs, 2, given.length - 1);
        INDArray target = prediction.target(x0, epsilon, noising);
        return new MultiDataSet(inputs, new INDArray[] {target});
    }

    @Override
    public String describe() {
        return "denoising, " + schedule + ", " + prediction;
    }
}
