package org.dl4jplugins.align.peft;

import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraLayer;
import org.dl4jplugins.align.transformer.TokenEmbedding;

/** How PEFT names the tensors of an adapter. */
final class PeftNames {
    static final String PREFIX = "base_model.model.";

    private PeftNames() {}

    /** The module of a matrix: the layer, followed by the matrix if the layer has several. */
    static String module(String layer, LoraLayer conf, LoraIncrement increment) {
        boolean several = conf.getKind().matrices(conf.getUnderlying()).size() > 1;
        return several ? layer + "." + increment.getMatrix() : layer;
    }

    static String a(String module, LoraLayer conf) {
        return PREFIX + module + (embedding(conf) ? ".lora_embedding_A" : ".lora_A.weight");
    }

    static String b(String module, LoraLayer conf) {
        return PREFIX + module + (embedding(conf) ? ".lora_embedding_B" : ".lora_B.weight");
    }

    static String magnitude(String module) {
        return PREFIX + module + ".lora_magnitude_vector";
    }

    /** The bias of a layer that an adapter wraps, or of another one. */
    static String bias(String layer, boolean adapted) {
        return PREFIX + layer + (adapted ? ".base_layer.bias" : ".bias");
    }

    /** A parameter of a module that is trained and saved as a whole. */
    static String saved(String layer, String key) {
        String name =
                switch (key) {
                    case "W", "g", "gamma" -> "weight";
                    case "b", "beta" -> "bias";
                    case "mean" -> "running_mean";
                    case "var" -> "running_var";
                    default -> key;
                };
        return PREFIX + layer + "." + name;
    }

    private static boolean embedding(LoraLayer conf) {
        return embedding(conf.getUnderlying());
    }

    static boolean embedding(Layer base) {
        return base instanceof TokenEmbedding
                || base instanceof EmbeddingLayer
                || base instanceof EmbeddingSequenceLayer;
    }
}
