package org.dl4jplugins.multimodal.bidiffuser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.testing.Golden;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.Prediction;
import org.dl4jplugins.multimodal.uvit.TinyUViT;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The published code's losses for given draws. */
class ImageTextObjectiveGoldenTest {

    private static MultiDataSet batch(Golden golden, ImageTextObjective objective, double[] steps) {
        ImageText clean =
                new ImageText(
                        new ImageLatent(golden.array("z"), golden.array("clip")),
                        golden.array("text"));
        ImageText noise =
                new ImageText(
                        new ImageLatent(golden.array("eps_img"), golden.array("eps_clip")),
                        golden.array("eps_text"));
        double[] times = Arrays.stream(steps).map(n -> n / 1000).toArray();
        NoisedTerm term =
                NoisedTerm.of(
                        objective.terms().get(0),
                        clean,
                        new NoisedTerm.Draws(noise, times, times, new boolean[] {true, true, true}),
                        DiscreteSchedule.stableDiffusion(),
                        Prediction.EPSILON);
        return objective.join(List.of(term), Nd4j.ones(DataType.DOUBLE, 3, 1));
    }

    private static void check(String name, ImageTextObjective objective, double[] steps)
            throws Exception {
        Golden golden = Golden.load("bidiffuser_loss");
        ComputationGraph graph = TinyUViT.create(Golden.load("uvit_tiny_mlp0"), DataType.DOUBLE);
        MultiDataSet batch = batch(golden, objective, steps);
        String[] outputs = {"img_out", "clip_out", "text_out"};
        INDArray[] given = graph.output(batch.getFeatures());
        for (int i = 0; i < outputs.length; i++) {
            String key = name + "." + outputs[i];
            double[] values = given[i].dup('c').ravel().toDoubleVector();
            Golden.assertClose(golden.vector(key), values, 1e-11, key);
        }
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.setLayerMaskArrays(null, batch.getLabelsMaskArrays());
        graph.computeGradientAndScore();
        assertEquals(golden.vector(name + ".loss64")[0], graph.score(), 1e-11);
        Map<String, INDArray> gradients = graph.gradient().gradientForVariable();
        Map<String, String> layers =
                Map.of(
                        "patch_embed.proj.weight", "patch_embed.proj_W",
                        "text_out.weight", "text_out_W");
        layers.forEach(
                (tensor, key) -> {
                    INDArray mean = gradients.get(key).transpose().div(3).dup('c');
                    String expected = name + ".grad64." + tensor;
                    Golden.assertClose(
                            golden.vector(expected), mean.ravel().toDoubleVector(), 1e-9, expected);
                });
    }

    @Test
    void textGivenImage() throws Exception {
        Golden golden = Golden.load("bidiffuser_loss");
        double n = golden.vector("lsimple.n")[0];
        check(
                "m0.lsimple",
                ImageTextObjective.codeImageToText(TinyUViT.CONFIG).build(),
                new double[] {n, n, n});
    }

    @Test
    void imageGivenText() throws Exception {
        Golden golden = Golden.load("bidiffuser_loss");
        check(
                "m0.t2i",
                ImageTextObjective.codeTextToImage(TinyUViT.CONFIG).build(),
                golden.vector("t2i.n"));
    }
}
