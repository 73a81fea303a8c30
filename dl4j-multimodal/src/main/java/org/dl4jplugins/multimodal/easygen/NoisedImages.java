package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Noising;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images with noise.
 *
 * @param inputs of a U-ViT without its text, in order: image, image embedding if there is one,
 *     times of image and text, data type if there are any
 * @param targets of its image, and of the image embedding if there is one
 */
record NoisedImages(INDArray[] inputs, INDArray[] targets) {
    /** Steps that networks with continuous time see as time 1. */
    private static final int CONTINUOUS = 1000;

    /** Each image at a time of its own, its text without noise, as the last kind of data. */
    static NoisedImages of(BiDiffuser model, ImageLatent images, NoiseSource random) {
        int batch = (int) images.batch();
        DataType type = model.graph().getConfiguration().getDataType();
        UViTConfig sizes = model.config();
        Noising noising = Noising.random(model.schedule(), batch, random);
        List<INDArray> inputs = new ArrayList<>();
        List<INDArray> targets = new ArrayList<>();
        List<INDArray> clean = new ArrayList<>(List.of(images.latent()));
        if (sizes.clipWidth() > 0) {
            clean.add(images.clip());
        }
        for (INDArray x : clean) {
            INDArray data = x.castTo(type);
            INDArray noise = random.normalLike(data);
            inputs.add(noising.apply(data, noise));
            targets.add(model.prediction().target(data, noise, noising));
        }
        int steps = model.schedule().steps();
        double[] times = noising.times();
        Arrays.setAll(times, b -> times[b] * (steps > 0 ? steps : CONTINUOUS));
        inputs.add(Nd4j.createFromArray(times).castTo(type).reshape('c', batch, 1));
        inputs.add(Nd4j.zeros(type, batch, 1));
        if (sizes.dataTypes() > 0) {
            inputs.add(Nd4j.valueArrayOf(new long[] {batch, 1}, sizes.dataTypes() - 1, type));
        }
        return new NoisedImages(inputs.toArray(INDArray[]::new), targets.toArray(INDArray[]::new));
    }
}
