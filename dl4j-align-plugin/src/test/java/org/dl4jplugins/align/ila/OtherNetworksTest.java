package org.dl4jplugins.align.ila;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraMatrix;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.align.lora.WeightSpaceKind;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The second stage and masks on networks that are no language models. */
class OtherNetworksTest {

    /** Input and recurrent weights. */
    public static final class Lstms extends WeightSpaceKind {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean handles(Layer base) {
            return base.getClass() == LSTM.class;
        }

        @Override
        public List<LoraMatrix> matrices(Layer base) {
            LSTM lstm = (LSTM) base;
            return List.of(
                    new LoraMatrix("W", lstm.getNIn(), 4 * lstm.getNOut()),
                    new LoraMatrix("RW", lstm.getNOut(), 4 * lstm.getNOut()));
        }
    }

    /** Kernels as matrices from a patch to the output channels. */
    public static final class Convolutions extends WeightSpaceKind {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean handles(Layer base) {
            return base.getClass() == ConvolutionLayer.class;
        }

        @Override
        public List<LoraMatrix> matrices(Layer base) {
            ConvolutionLayer layer = (ConvolutionLayer) base;
            int[] kernel = layer.getKernelSize();
            return List.of(
                    new LoraMatrix("W", layer.getNIn() * kernel[0] * kernel[1], layer.getNOut()));
        }

        @Override
        public INDArray view(LoraMatrix matrix, INDArray parameter) {
            return parameter.reshape('c', matrix.out(), matrix.in()).transpose();
        }
    }

    private static NeuralNetConfiguration.ListBuilder network() {
        return new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .seed(4)
                .updater(new Sgd(0.2))
                .activation(Activation.TANH)
                .list();
    }

    private static OutputLayer output() {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .nOut(2)
                .activation(Activation.IDENTITY)
                .build();
    }

    /** Scores' steps are the numeric gradients, and frozen is the same as masked by zero. */
    private static void check(MultiLayerConfiguration conf, DataSet data, String... names) {
        MultiLayerNetwork network = new MultiLayerNetwork(conf);
        network.init();
        ComputationGraph lora =
                new LoraTransformer.Builder(network.toComputationGraph())
                        .kind(new Lstms())
                        .kind(new Convolutions())
                        .config(new LoraConfig.Builder().allLinear().rank(2).build())
                        .build()
                        .transform();
        for (int step = 0; step < 5; step++) {
            lora.fit(data);
        }
        assertEquals(
                List.of(names), AdaptedMatrix.of(lora).stream().map(AdaptedMatrix::name).toList());
        ScoreModel model =
                ScoreModel.of(
                        lora,
                        new ScoreSettings.Builder().initialScore(0.4).updater(new Sgd(1)).build());
        double[] expected = new double[names.length];
        for (int i = 0; i < names.length; i++) {
            expected[i] = 0.4 - slope(model, model.layers().get(i), data);
        }
        model.graph().fit(data);
        for (int i = 0; i < names.length; i++) {
            assertNotEquals(0.4, expected[i], 1e-8);
            assertEquals(expected[i], model.scores()[i], 1e-8 + 1e-5 * Math.abs(expected[i] - 0.4));
        }
        LayerMask mask = model.report("run").build().keepMost(1);
        INDArray restricted = LoraMasks.restrict(lora, mask).outputSingle(data.getFeatures());
        assertNotEquals(lora.outputSingle(data.getFeatures()), restricted);
        LoraMasks.setGamma(lora, mask);
        assertTrue(lora.outputSingle(data.getFeatures()).equalsWithEps(restricted, 1e-12));
    }

    private static double slope(ScoreModel model, AdaptedMatrix layer, DataSet data) {
        INDArray score = model.graph().getParam(layer.layer() + "_" + layer.matrix() + ".score");
        double small = 1e-4;
        score.addi(small);
        double above = model.graph().score(data);
        score.subi(2 * small);
        double below = model.graph().score(data);
        score.addi(small);
        return (above - below) / (2 * small);
    }

    @Test
    void multiLayerNetwork() {
        check(
                network()
                        .layer(new DenseLayer.Builder().nIn(4).nOut(5).build())
                        .layer(new DenseLayer.Builder().nOut(6).build())
                        .layer(output())
                        .setInputType(InputType.feedForward(4))
                        .build(),
                new DataSet(Graphs.random(1, 6, 4), Graphs.random(2, 6, 2)),
                "0",
                "1");
    }

    @Test
    void convolutions() {
        check(
                network()
                        .layer(new ConvolutionLayer.Builder(3, 3).nOut(3).build())
                        .layer(new ConvolutionLayer.Builder(2, 2).stride(2, 2).nOut(4).build())
                        .layer(new DenseLayer.Builder().nOut(5).build())
                        .layer(output())
                        .setInputType(InputType.convolutional(4, 4, 2))
                        .build(),
                new DataSet(Graphs.random(1, 5, 2, 4, 4), Graphs.random(2, 5, 2)),
                "0",
                "1",
                "2");
    }

    @Test
    void lstm() {
        check(
                network()
                        .layer(new LSTM.Builder().nOut(4).build())
                        .layer(new LSTM.Builder().nOut(3).build())
                        .layer(
                                new RnnOutputLayer.Builder(LossFunctions.LossFunction.MSE)
                                        .nOut(2)
                                        .activation(Activation.IDENTITY)
                                        .build())
                        .setInputType(InputType.recurrent(3))
                        .build(),
                new DataSet(Graphs.random(1, 5, 3, 6), Graphs.random(2, 5, 2, 6)),
                "0.W",
                "0.RW",
                "1.W",
                "1.RW");
    }
}
