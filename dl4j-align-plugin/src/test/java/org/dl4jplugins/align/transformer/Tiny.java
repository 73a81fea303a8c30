package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small graphs and batches for the tests of token layers. */
final class Tiny {
    static final int VOCABULARY = 5;
    static final int WIDTH = 3;

    static final INDArray IDS = Nd4j.create(new double[][] {{1, 4, 1, 0}, {2, 2, 3, 1}});
    static final INDArray NEXT = Nd4j.create(new double[][] {{4, 1, 0, 2}, {2, 3, 1, 4}});
    static final INDArray MASK = Nd4j.create(new double[][] {{1, 1, 1, 0}, {0, 1, 1, 1}});

    private Tiny() {}

    static GraphBuilder graph(DataType type) {
        return new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(type)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("ids");
    }

    static GraphBuilder graph() {
        return graph(DataType.FLOAT);
    }

    static TokenEmbedding.Builder words() {
        return new TokenEmbedding.Builder().nIn(VOCABULARY).nOut(WIDTH);
    }

    static LSTM lstm(int in, int out) {
        return new LSTM.Builder().nIn(in).nOut(out).dataFormat(RNNFormat.NWC).build();
    }

    static RnnOutputLayer classes(int in, int out) {
        return new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(in)
                .nOut(out)
                .activation(Activation.SOFTMAX)
                .dataFormat(RNNFormat.NWC)
                .build();
    }

    /** Words, positions, an LSTM, tied logits, token loss. */
    static ComputationGraphConfiguration languageModel(DataType type) {
        return graph(type)
                .addLayer("words", words().scale(1.5).build(), "ids")
                .addLayer(
                        "positions",
                        new PositionEmbedding.Builder().maxPositions(6).nOut(WIDTH).build(),
                        "words")
                .addLayer("body", lstm(WIDTH, WIDTH), "positions")
                .addVertex("head", new TiedProjection.Builder("words").scale(0.8).build(), "body")
                .addLayer("logits", new TokenLossLayer.Builder().build(), "head")
                .setOutputs("logits")
                .build();
    }

    static ComputationGraph init(ComputationGraphConfiguration configuration) {
        ComputationGraph graph = new ComputationGraph(configuration);
        graph.init();
        return graph;
    }

    static INDArray random(long seed, long... shape) {
        java.util.Random random = new java.util.Random(seed);
        INDArray array = Nd4j.create(DataType.DOUBLE, shape);
        INDArray flat = array.reshape('c', new long[] {array.length()});
        for (long i = 0; i < array.length(); i++) {
            flat.putScalar(i, random.nextGaussian());
        }
        return array;
    }

    static INDArray oneHot(INDArray ids, int classes) {
        INDArray hot = Nd4j.zeros(DataType.DOUBLE, ids.size(0), ids.size(1), classes);
        for (int b = 0; b < ids.size(0); b++) {
            for (int t = 0; t < ids.size(1); t++) {
                hot.putScalar(new long[] {b, t, ids.getInt(b, t)}, 1);
            }
        }
        return hot;
    }
}
