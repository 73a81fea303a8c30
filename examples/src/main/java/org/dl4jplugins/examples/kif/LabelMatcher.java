package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jplugins.align.llm.EncodingOptions;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.TokenBatch;
import org.dl4jplugins.cl.stream.ClassMaskedLoss;
import org.dl4jplugins.examples.ila.MiniLm;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * MiniLM that answers with the label text most similar to a text: the scores are cosines of the
 * text's vector with the vectors that the untouched model gives to the label texts, divided by a
 * temperature. Nothing of this head learns, so what is learned is in the encoder.
 */
final class LabelMatcher {

    private static final String UNIT = "unit";
    private static final String SCORES = "labels";

    private LabelMatcher() {}

    /**
     * The model without any adapter.
     *
     * @param tokenizer MiniLM's
     * @param labels the label texts, in the order of the outputs
     * @param temperature above 0
     * @return a graph from tokens [batch, time] to probabilities [batch, labels]
     */
    static ComputationGraph of(HfTokenizer tokenizer, List<String> labels, double temperature)
            throws IOException {
        ComputationGraph encoder = MiniLm.encoder(tokenizer).graph();
        INDArray vectors = vectors(encoder, tokenizer, labels);
        String pooled = encoder.getConfiguration().getNetworkOutputs().get(0);
        ComputationGraph graph =
                new TransferLearning.GraphBuilder(encoder)
                        .addVertex(UNIT, new L2NormalizeVertex(), pooled)
                        .addLayer(
                                SCORES,
                                new OutputLayer.Builder(new ClassMaskedLoss())
                                        .nIn(vectors.size(1))
                                        .nOut(labels.size())
                                        .activation(Activation.SOFTMAX)
                                        .hasBias(false)
                                        .updater(new NoOp())
                                        .build(),
                                UNIT)
                        .setOutputs(SCORES)
                        .build();
        graph.getParam(SCORES + "_W").assign(vectors.transpose().div(temperature));
        return graph;
    }

    /** Unit vectors [texts, width] of texts. */
    private static INDArray vectors(
            ComputationGraph encoder, HfTokenizer tokenizer, List<String> texts) {
        TokenBatch batch = tokenizer.batch(texts, EncodingOptions.defaults());
        INDArray vectors =
                encoder.output(
                                false,
                                new INDArray[] {batch.ids(), batch.types()},
                                new INDArray[] {batch.mask(), batch.mask()})[0];
        return vectors.divColumnVector(vectors.norm2(true, 1));
    }
}
