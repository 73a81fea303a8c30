package org.dl4jplugins.align.llm;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.dl4jplugins.align.transformer.LayerNorm;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.align.transformer.RMSNorm;
import org.dl4jplugins.align.transformer.ResidualAdd;
import org.dl4jplugins.align.transformer.SequenceDropout;
import org.dl4jplugins.align.transformer.SequencePooling;
import org.dl4jplugins.align.transformer.TiedProjection;
import org.dl4jplugins.align.transformer.TokenEmbedding;
import org.dl4jplugins.align.transformer.TokenLossLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Adds the pieces that all families share to a graph; each method returns its vertex's name. */
final class GraphParts {
    /** Token ids of the text, [batch, time]. */
    static final String INPUT_IDS = "input_ids";

    /** Output of language models: logits [batch, time, vocabulary]. */
    static final String LOGITS = "logits";

    /** Output of classifiers: probabilities [batch, classes]. */
    static final String CLASSES = "classes";

    /** Output of encoders with a pooling: [batch, width]. */
    static final String POOLED = "pooled";

    final GraphBuilder graph;
    final ModelOptions options;

    GraphParts(ModelOptions options, String... inputs) {
        this.options = options;
        graph =
                new NeuralNetConfiguration.Builder()
                        .seed(options.seed())
                        .dataType(options.dataType())
                        .updater(options.updater())
                        .trainingWorkspaceMode(options.workspaces())
                        .inferenceWorkspaceMode(options.workspaces())
                        .graphBuilder()
                        .addInputs(inputs);
    }

    ComputationGraphConfiguration build(String... outputs) {
        return graph.setOutputs(outputs).build();
    }

    String embedding(
            String name, String ids, int tokens, int width, int padding, double deviation) {
        graph.addLayer(
                name,
                new TokenEmbedding.Builder()
                        .nIn(tokens)
                        .nOut(width)
                        .paddingIndex(padding)
                        .weightInit(new NormalDistribution(0, deviation))
                        .build(),
                ids);
        return name;
    }

    String linear(String name, String in, int from, int to, boolean bias, double deviation) {
        return linear(name, in, from, to, bias, deviation, new ActivationIdentity());
    }

    String linear(
            String name,
            String in,
            int from,
            int to,
            boolean bias,
            double deviation,
            IActivation activation) {
        graph.addLayer(name, linear(from, to, bias, deviation, activation).build(), in);
        return name;
    }

    static Linear.Builder linear(
            int from, int to, boolean bias, double deviation, IActivation activation) {
        return new Linear.Builder()
                .nIn(from)
                .nOut(to)
                .hasBias(bias)
                .activation(activation)
                .weightInit(new NormalDistribution(0, deviation));
    }

    String rmsNorm(String name, String in, int width, double epsilon) {
        graph.addLayer(name, new RMSNorm.Builder().width(width).eps(epsilon).build(), in);
        return name;
    }

    String layerNorm(String name, String in, int width, double epsilon) {
        return layerNorm(name, in, width, epsilon, false);
    }

    /**
     * Layer normalization.
     *
     * @param inPlace only if nothing else reads the input, and no dropout follows
     */
    String layerNorm(String name, String in, int width, double epsilon, boolean inPlace) {
        LayerNorm norm = new LayerNorm.Builder().width(width).eps(epsilon).inPlace(inPlace).build();
        graph.addLayer(name, norm, in);
        return name;
    }

    /** A sum; in training it takes the place of b where nothing else reads that. */
    String add(String name, String a, String b) {
        graph.addVertex(name, new ResidualAdd(true), a, b);
        return name;
    }

    /** Dropout in training; no vertex where nothing is dropped. */
    String dropout(String name, String in, double probability) {
        if (dropout(probability) == 0) {
            return in;
        }
        graph.addLayer(name, new SequenceDropout(1 - probability), in);
        return name;
    }

    /** The probability unless the options switch dropout off. */
    double dropout(double probability) {
        return options.dropout() ? probability : 0;
    }

    /** Logits that share the embedding's matrix. */
    String tied(String name, String in, String embedding, double scale) {
        graph.addVertex(name, new TiedProjection.Builder(embedding).scale(scale).build(), in);
        return name;
    }

    String tokenLoss(String in) {
        graph.addLayer(LOGITS, new TokenLossLayer.Builder().build(), in);
        return LOGITS;
    }

    String softmaxLoss(String name, String in) {
        graph.addLayer(
                name,
                new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build(),
                in);
        return name;
    }

    String pool(String name, String in, SequencePooling.Mode mode) {
        graph.addLayer(name, new SequencePooling.Builder().mode(mode).build(), in);
        return name;
    }
}
