package org.dl4jplugins.tests.bench;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.CpuTuning;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageTextObjective;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** One measurement in a process of its own: a U-ViT of 8.5 million parameters. */
final class UViTSteps {
    private static final UViTConfig CONFIG =
            new UViTConfig.Builder()
                    .image(4, 16, 16)
                    .patch(2)
                    .width(256)
                    .depth(8)
                    .heads(8)
                    .text(8, 64)
                    .clipWidth(64)
                    .dataTypes(0)
                    .qkvBias(true) // as in the PyTorch script
                    .build();

    private UViTSteps() {}

    /**
     * Measures.
     *
     * @param args mode (train, or sample, the calls of the network, and nothing, wide, guided or
     *     twice, with dashes between), batch, warm-up steps, measured steps
     */
    public static void main(String[] args) {
        CpuTuning.apply();
        NeuralNetConfiguration.Builder training =
                new NeuralNetConfiguration.Builder().seed(1).updater(new Adam(1e-4));
        ComputationGraph graph = UViT.create(CONFIG, training);
        StepTimer.print(
                "uvit-" + args[0],
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                args[0].equals("train")
                        ? training(graph, Integer.parseInt(args[1]))
                        : sampling(graph, args[0]));
    }

    private static Runnable training(ComputationGraph graph, int batch) {
        NoiseSource random = new NoiseSource(1);
        INDArray[] pairs = {
            random.normal(DataType.FLOAT, batch, 4, 16, 16),
            random.normal(DataType.FLOAT, batch, 1, 64),
            random.normal(DataType.FLOAT, batch, 8, 64)
        };
        MultiDataSet noised =
                ImageTextObjective.uniDiffuser(CONFIG)
                        .build()
                        .examples(new MultiDataSet(pairs, null), random);
        return () -> graph.fit(noised);
    }

    private static Runnable sampling(ComputationGraph graph, String mode) {
        String[] parts = mode.split("-");
        SamplingSettings settings =
                new SamplingSettings.Builder()
                        .steps(Integer.parseInt(parts[1]))
                        .guidance(mode.endsWith("guided") ? 1 : 0)
                        .build();
        BiDiffuser model = new BiDiffuser(graph, CONFIG);
        int batch = mode.endsWith("wide") ? 16 : 8;
        INDArray text = new NoiseSource(1).normal(DataType.FLOAT, batch, 8, 64);
        // As many calls as guidance without a doubled batch.
        int times = mode.endsWith("twice") ? 2 : 1;
        return () -> {
            for (int i = 0; i < times; i++) {
                model.textToImage(text, settings);
            }
        };
    }
}
