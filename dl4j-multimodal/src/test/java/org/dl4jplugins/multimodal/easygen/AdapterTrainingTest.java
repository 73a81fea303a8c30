package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.ImageLatent;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.text.CaptionConfig;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class AdapterTrainingTest {
    private static final UViTConfig SIZES =
            new UViTConfig.Builder()
                    .image(2, 4, 4)
                    .patch(2)
                    .width(16)
                    .depth(2)
                    .heads(2)
                    .text(3, 4)
                    .clipWidth(5)
                    .finalConvolution(true)
                    .build();
    private static final CaptionConfig CAPTIONS = new CaptionConfig(3, 6, 4, 9, 8, 6, 8, 2, 1);

    private static NeuralNetConfiguration.Builder settings(DataType type) {
        return new NeuralNetConfiguration.Builder().seed(1).dataType(type).updater(new Adam(1e-2));
    }

    private static AdapterConfig config(int stateWidth) {
        return new AdapterConfig.Builder(stateWidth, 5).hidden(8).encoder(1, 2, 8).build();
    }

    /** Its weights are large enough that conditions matter. */
    private static BiDiffuser model(DataType type) {
        ComputationGraph graph = UViT.create(SIZES, settings(type).weightDecay(0.1));
        INDArray noise = new NoiseSource(8).normal(type, graph.params().shape());
        graph.params().addi(noise.muli(0.2));
        return new BiDiffuser(graph, SIZES);
    }

    private static MultiDataSet clean(AdapterTraining training, int batch, DataType type) {
        NoiseSource random = new NoiseSource(3);
        int width = training.adapter().config().stateWidth();
        return training.clean(
                new ImageLatent(
                        random.normal(type, batch, 2, 4, 4), random.normal(type, batch, 1, 5)),
                random.normal(type, batch, 3, width),
                new TokenStates(random.normal(type, batch, 2, 5), Nd4j.ones(type, batch, 2)));
    }

    @Test
    void learnsThroughADiffusionModelThatDoesNotMoveByABit() {
        BiDiffuser model = model(DataType.FLOAT);
        CaptionModel captions = CaptionModel.create(CAPTIONS, settings(DataType.FLOAT));
        Adapter adapter = Adapter.create(config(6), settings(DataType.FLOAT));
        AdapterTraining training =
                new AdapterTraining(adapter, model, captions, settings(DataType.FLOAT));
        assertEquals(adapter.graph().numParams(), training.graph().numParams());
        int[] before = bits(model.graph());
        int[] prefix = bits(captions.graph());
        INDArray start = adapter.graph().params().dup();
        MultiDataSet clean = clean(training, 4, DataType.FLOAT);
        double first = 0;
        double last = 0;
        for (int i = 0; i < 120; i++) {
            training.graph().fit(training.objective().examples(clean, new NoiseSource(1, i % 2)));
            first += i < 20 ? training.graph().score() : 0;
            last += i >= 100 ? training.graph().score() : 0;
        }
        assertTrue(last < 0.92 * first, first / 20 + " to " + last / 20);
        assertArrayEquals(before, bits(model.graph()));
        assertArrayEquals(prefix, bits(captions.graph()));
        assertNotEquals(start, adapter.graph().params());
    }

    private static int[] bits(ComputationGraph graph) {
        float[] values = graph.params().dup().data().asFloat();
        int[] bits = new int[values.length];
        java.util.Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }

    @Test
    void gradientsPassTheFrozenNetwork() {
        BiDiffuser model = model(DataType.DOUBLE);
        Adapter adapter = Adapter.create(config(4), settings(DataType.DOUBLE));
        AdapterTraining training =
                new AdapterTraining(adapter, model, null, settings(DataType.DOUBLE));
        ComputationGraph graph = training.graph();
        INDArray params = adapter.graph().params();
        params.addi(new NoiseSource(5).normal(DataType.DOUBLE, params.shape()).muli(0.3));
        var batch =
                training.objective()
                        .examples(clean(training, 2, DataType.DOUBLE), new NoiseSource(2));
        graph.setInputs(batch.getFeatures());
        graph.setLabels(batch.getLabels());
        graph.computeGradientAndScore();
        INDArray gradient = graph.getFlattenedGradients().div(2);
        INDArray at = params.dup();
        for (int seed = 1; seed < 5; seed++) {
            INDArray step = new NoiseSource(seed).normal(DataType.DOUBLE, at.shape()).muli(1e-5);
            params.assign(at.add(step));
            double above = graph.score(batch);
            params.assign(at.sub(step));
            double below = graph.score(batch);
            double along = gradient.mul(step).sumNumber().doubleValue();
            assertEquals((above - below) / 2, along, 1e-6 * Math.abs(along));
        }
    }

    @Test
    void theJoinedGraphPredictsWhatTheDiffusionModelDoes() {
        BiDiffuser model = model(DataType.DOUBLE);
        Adapter adapter = Adapter.create(config(4), settings(DataType.DOUBLE));
        INDArray params = adapter.graph().params();
        params.addi(new NoiseSource(5).normal(DataType.DOUBLE, params.shape()).muli(0.3));
        AdapterTraining training =
                new AdapterTraining(adapter, model, null, settings(DataType.DOUBLE));
        MultiDataSet clean = clean(training, 2, DataType.DOUBLE);
        var noised = training.objective().examples(clean, new NoiseSource(2));
        INDArray[] joined = training.graph().output(noised.getFeatures());
        INDArray[] in = noised.getFeatures();
        INDArray condition =
                adapter.condition(
                        clean.getFeatures(2), new TokenStates(clean.getFeatures(3), null));
        INDArray[] apart = model.graph().output(in[2], in[3], condition, in[4], in[5], in[6]);
        assertTrue(apart[0].equalsWithEps(joined[0], 1e-10));
        assertTrue(apart[1].equalsWithEps(joined[1], 1e-10));
        assertEquals(0, in[5].sumNumber().doubleValue());
    }

    @Test
    void whatDoesNotFitIsRefused() {
        BiDiffuser model = model(DataType.FLOAT);
        Adapter wide = Adapter.create(config(6), settings(DataType.FLOAT));
        assertEquals(
                "stateWidth of the adapter must be textWidth of the diffusion model, 4, got 6",
                refused(() -> new AdapterTraining(wide, model, null, settings(DataType.FLOAT))));
        Adapter exact = Adapter.create(config(4), settings(DataType.DOUBLE));
        assertEquals(
                "data type of the adapter must be that of the diffusion model, FLOAT, got DOUBLE",
                refused(() -> new AdapterTraining(exact, model, null, settings(DataType.FLOAT))));
        ComputationGraph lora =
                new LoraTransformer.Builder(model.graph())
                        .config(new LoraConfig.Builder().rank(2).targets("attn.q").build())
                        .build()
                        .transform();
        Adapter adapter = Adapter.create(config(4), settings(DataType.FLOAT));
        String message =
                refused(
                        () ->
                                new AdapterTraining(
                                        adapter,
                                        new BiDiffuser(lora, SIZES),
                                        null,
                                        settings(DataType.FLOAT)));
        assertTrue(message.endsWith("merge it with LoraMerge first"), message);
        AdapterTraining training =
                new AdapterTraining(adapter, model, null, settings(DataType.FLOAT));
        assertEquals(
                "states must be [batch, 3, 4], got shape [1, 2, 4]",
                refused(
                        () ->
                                training.clean(
                                        new ImageLatent(
                                                Nd4j.zeros(1, 2, 4, 4), Nd4j.zeros(1, 1, 5)),
                                        Nd4j.zeros(1, 2, 4),
                                        new TokenStates(Nd4j.zeros(1, 2, 5), null))));
    }

    private static String refused(Runnable call) {
        return assertThrows(IllegalArgumentException.class, call::run).getMessage();
    }
}
