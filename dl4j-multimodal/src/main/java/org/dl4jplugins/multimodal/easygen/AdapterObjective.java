package org.dl4jplugins.multimodal.easygen;

import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.training.DiffusionObjective;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;

/** Images with noise, and the states and features of their descriptions. */
final class AdapterObjective implements DiffusionObjective {
    private final AdapterTraining training;
    private final BiDiffuser model;

    AdapterObjective(AdapterTraining training, BiDiffuser model) {
        this.training = training;
        this.model = model;
    }

    @Override
    public MultiDataSet examples(
            org.nd4j.linalg.dataset.api.MultiDataSet clean, NoiseSource random) {
        ImageLatent images = training.check(clean);
        NoisedImages noised = NoisedImages.of(model, images, random);
        INDArray[] features = clean.getFeatures();
        INDArray[] image = noised.inputs();
        INDArray[] inputs = new INDArray[2 + image.length];
        DataType type = model.graph().getConfiguration().getDataType();
        inputs[0] = features[features.length - 2].castTo(type);
        inputs[1] = features[features.length - 1].castTo(type);
        System.arraycopy(image, 0, inputs, 2, image.length);
        INDArray[] masks = null;
        if (clean.getFeaturesMaskArrays() != null) {
            masks = new INDArray[inputs.length];
            masks[1] = clean.getFeaturesMaskArrays()[features.length - 1];
        }
        return new MultiDataSet(inputs, noised.targets(), masks, null);
    }

    @Override
    public String describe() {
        return "adapter "
                + training.adapter().config()
                + ", "
                + model.schedule()
                + ", "
                + model.prediction();
    }
}
