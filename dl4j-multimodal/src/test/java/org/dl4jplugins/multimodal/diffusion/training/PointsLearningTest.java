package org.dl4jplugins.multimodal.diffusion.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.multimodal.diffusion.CosineSchedule;
import org.dl4jplugins.multimodal.diffusion.Ddim;
import org.dl4jplugins.multimodal.diffusion.Ddpm;
import org.dl4jplugins.multimodal.diffusion.DpmSolverMultistep;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.diffusion.Sampler;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.learning.config.Adam;

/** A small perceptron learns to draw points of four clusters. */
class PointsLearningTest {

    private static final double DEVIATION = 0.15;

    private static INDArray points(int count) {
        NoiseSource random = new NoiseSource(4);
        INDArray points = random.normal(DataType.FLOAT, count, 2).muli(DEVIATION);
        for (int i = 0; i < points.length(); i++) {
            int sign = random.below(2) * 2 - 1;
            points.putScalar(i / 2, i % 2, points.getDouble(i / 2, i % 2) + sign);
        }
        return points;
    }

    /** Shares of points within four deviations of a center, and of those of the rarest cluster. */
    private static double[] quality(INDArray points) {
        int[] counts = new int[4];
        int all = (int) points.size(0);
        for (int i = 0; i < all; i++) {
            double x = points.getDouble(i, 0);
            double y = points.getDouble(i, 1);
            if (Math.hypot(Math.abs(x) - 1, Math.abs(y) - 1) < 4 * DEVIATION) {
                counts[(x > 0 ? 1 : 0) + (y > 0 ? 2 : 0)]++;
            }
        }
        double near = Arrays.stream(counts).sum();
        return new double[] {near / all, (double) Arrays.stream(counts).min().orElse(0) / all};
    }

    @Test
    void drawsEveryClusterAndLittleElse() {
        NoiseSchedule schedule = new CosineSchedule();
        ComputationGraph graph = SmallNets.perceptron(2, 64, 0, new Adam(1e-2));
        WeightAverage average = new WeightAverage.Builder(graph).decay(0.99).warmUp(true).build();
        MultiDataSet data = new MultiDataSet(new INDArray[] {points(2048)}, null);
        new DiffusionTrainer.Builder(
                        graph,
                        TrainingData.of(data, 256, 1),
                        new DenoisingObjective(schedule, Prediction.X0))
                .steps(800)
                .average(average)
                .clip(1)
                .build()
                .run();
        assertEquals(1, quality(points(500))[0], 0.01);
        INDArray normal = new NoiseSource(1).normal(DataType.FLOAT, 500, 2);
        double[] blind = quality(normal);
        assertTrue(blind[0] < 0.6, "right mean and variance are not enough: " + blind[0]);
        Sampler.Builder sampler =
                new Sampler.Builder(schedule)
                        .spacing(TimeSpacing.LOG_SNR)
                        .prediction(Prediction.X0)
                        .denoiseLast(true);
        WeightAverage.InUse use = average.use();
        try {
            GraphDenoiser model = new GraphDenoiser(graph);
            draws(sampler.solver(new Ddpm()).steps(60).build(), model);
            draws(sampler.solver(new Ddim()).steps(30).build(), model);
            draws(
                    sampler.solver(new DpmSolverMultistep.Builder().build()).steps(15).build(),
                    model);
        } finally {
            use.close();
        }
    }

    private static void draws(Sampler sampler, GraphDenoiser model) {
        double[] quality = quality(sampler.sample(model, DataType.FLOAT, 400, 2));
        String what = sampler.calls() + " calls: " + quality[0] + ", " + quality[1];
        assertTrue(quality[0] > 0.85, what);
        assertTrue(quality[1] > 0.12, what);
    }
}
