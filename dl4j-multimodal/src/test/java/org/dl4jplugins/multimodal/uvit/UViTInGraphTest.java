package org.dl4jplugins.multimodal.uvit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.testing.Golden;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A U-ViT above layers that make its text latent, as an adapter does. */
class UViTInGraphTest {

    @Test
    void gradientsReachLayersBelowTheText() {
        GraphBuilder builder =
                TinyUViT.training(DataType.DOUBLE)
                        .graphBuilder()
                        .addInputs("image", "clip_image", "words", "t_image", "t_text", "data_type")
                        .addLayer(
                                "text",
                                new Linear.Builder()
                                        .nIn(8)
                                        .nOut(8)
                                        .activation(new ActivationTanH())
                                        .build(),
                                "words");
        UViT.addTo(builder, TinyUViT.CONFIG);
        ComputationGraphConfiguration configuration =
                builder.setOutputs("image_noise", "clip_noise", "text_noise").build();
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        Golden golden = Golden.load("uvit_tiny_mlp0");
        MultiDataSet batch = new MultiDataSet(TinyUViT.inputs(golden), TinyUViT.labels(golden));
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.computeGradientAndScore();
        INDArray gradient = graph.gradient().getGradientFor("text_W").div(3);
        INDArray weights = graph.getLayer("text").getParam("W");
        INDArray before = weights.dup();
        Nd4j.getRandom().setSeed(2);
        INDArray step = Nd4j.rand(DataType.DOUBLE, 8, 8).subi(0.5).muli(1e-4);
        weights.assign(before.add(step));
        double above = graph.score(batch);
        weights.assign(before.sub(step));
        double below = graph.score(batch);
        double along = gradient.mul(step).sumNumber().doubleValue();
        assertEquals((above - below) / 2, along, 1e-6 * Math.abs(along));
    }
}
