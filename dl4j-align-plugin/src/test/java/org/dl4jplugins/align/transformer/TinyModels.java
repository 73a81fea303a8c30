package org.dl4jplugins.align.transformer;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Tiny random language models of two blocks. */
final class TinyModels {
    static final int VOCABULARY = 11;
    static final int WIDTH = 8;

    private TinyModels() {}

    /** A decoder with grouped queries; rotary may be null: positions are then learned. */
    static ComputationGraph decoder(DataType type, RotaryEmbedding rotary) {
        GraphBuilder graph = AttentionGraphs.builder(type).addInputs("input_ids");
        graph.addLayer("embed", embedding(), "input_ids");
        String x = "embed";
        if (rotary == null) {
            graph.addLayer(
                    "positions",
                    new PositionEmbedding.Builder().maxPositions(40).nOut(WIDTH).build(),
                    x);
            x = "positions";
        }
        AttentionVertex attention =
                new AttentionVertex.Builder(4, 2).kvHeads(2).causal(true).rotary(rotary).build();
        for (int i = 0; i < 2; i++) {
            x = attend(graph, "block" + i, attention, x, null, null);
        }
        return logits(graph, x);
    }

    /** An encoder and a decoder with relative positions, on one table of tokens. */
    static ComputationGraph encoderDecoder(DataType type) {
        GraphBuilder graph =
                AttentionGraphs.builder(type).addInputs("input_ids", "decoder_input_ids");
        graph.addLayer("embed", embedding(), "input_ids");
        graph.addLayer("bias", bias(true), "input_ids");
        graph.addVertex("decoder.embed", new TiedEmbedding("embed"), "decoder_input_ids");
        graph.addLayer("decoder.bias", bias(false), "decoder_input_ids");
        String x = "embed";
        for (int i = 0; i < 2; i++) {
            x = attend(graph, "block" + i, plain(false), x, null, "bias");
        }
        String y = "decoder.embed";
        for (int i = 0; i < 2; i++) {
            String name = "decoder.block" + i;
            y = attend(graph, name, plain(true), y, null, "decoder.bias");
            y = attend(graph, name + ".cross", plain(false), y, x, null);
        }
        return logits(graph, y);
    }

    private static TokenEmbedding embedding() {
        return new TokenEmbedding.Builder().nIn(VOCABULARY).nOut(WIDTH).build();
    }

    private static RelativePositionBias bias(boolean bidirectional) {
        return new RelativePositionBias.Builder()
                .heads(2)
                .buckets(8)
                .maxDistance(10)
                .bidirectional(bidirectional)
                .build();
    }

    private static AttentionVertex plain(boolean causal) {
        return new AttentionVertex.Builder(2, 3).scale(1).causal(causal).build();
    }

    /** x + o(attention(norm(x))); keys from the context if there is one. */
    private static String attend(
            GraphBuilder graph,
            String name,
            AttentionVertex attention,
            String x,
            String context,
            String bias) {
        String norm = name + ".norm";
        graph.addLayer(norm, new RMSNorm.Builder().nIn(WIDTH).nOut(WIDTH).build(), x);
        String source = context == null ? norm : context;
        int width = attention.getHeads() * attention.getHeadSize();
        int kvWidth = attention.getKvHeads() * attention.getHeadSize();
        graph.addLayer(name + ".q", AttentionGraphs.linear(WIDTH, width), norm);
        graph.addLayer(name + ".k", AttentionGraphs.linear(WIDTH, kvWidth), source);
        graph.addLayer(name + ".v", AttentionGraphs.linear(WIDTH, kvWidth), source);
        String[] inputs =
                bias == null
                        ? new String[] {name + ".q", name + ".k", name + ".v"}
                        : new String[] {name + ".q", name + ".k", name + ".v", bias};
        graph.addVertex(name + ".attention", attention, inputs);
        graph.addLayer(name + ".o", AttentionGraphs.linear(width, WIDTH), name + ".attention");
        graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), x, name + ".o");
        return name;
    }

    private static ComputationGraph logits(GraphBuilder graph, String x) {
        graph.addVertex("lm_head", new TiedProjection.Builder("embed").build(), x);
        graph.addLayer("logits", new TokenLossLayer.Builder().build(), "lm_head");
        ComputationGraph model = AttentionGraphs.graph(graph.setOutputs("logits").build());
        Nd4j.getRandom().setSeed(8);
        model.params().addi(Nd4j.randn(type(model), model.params().shape()).muli(0.3));
        return model;
    }

    private static DataType type(ComputationGraph model) {
        return model.params().dataType();
    }

    /** Random ids [batch, time]. */
    static INDArray ids(long batch, long time) {
        INDArray ids = Nd4j.rand(DataType.DOUBLE, batch, time).muli(VOCABULARY);
        return Nd4j.math().floor(ids);
    }
}
