package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.deeplearning4j.nn.conf.layers.Layer;

/** The kinds in the order in which they are asked: the user's, those found, the built-in ones. */
final class LoraKinds {
    private final List<LoraKind> kinds;

    LoraKinds(List<LoraKind> first) {
        kinds = new ArrayList<>(first);
        ServiceLoader.load(LoraKind.class).forEach(kinds::add);
        kinds.add(new LinearKind());
        kinds.add(new ConvolutionKind());
        kinds.add(new Convolution1DKind());
        kinds.add(new EmbeddingKind());
        kinds.add(new RecurrentKind());
        kinds.add(new AttentionKind());
        kinds.add(new BatchNormalizationKind());
        kinds.add(new StockKind());
    }

    LoraKind of(Layer base) {
        return kinds.stream().filter(kind -> kind.handles(base)).findFirst().orElseThrow();
    }
}
