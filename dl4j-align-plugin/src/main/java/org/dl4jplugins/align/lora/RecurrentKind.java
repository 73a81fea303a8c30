package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.params.BidirectionalParamInitializer;
import org.deeplearning4j.nn.params.LSTMParamInitializer;

/**
 * LSTM, GravesLSTM and SimpleRnn, alone or inside Bidirectional, LastTimeStep and MaskZeroLayer:
 * "W" from the input and "RW" from the previous step, each for all gates at once; in Bidirectional
 * "fW", "fRW", "bW" and "bRW". GravesLSTM's peephole weights are columns of its RW.
 *
 * <p>The increments are added to the weights before each pass, and their gradients are taken from
 * the layer's own dW: the loop over time steps is DL4J's. Dropout on the increments' input is not
 * possible.
 */
public final class RecurrentKind extends WeightSpaceKind {
    private static final long serialVersionUID = 1L;

    /** The kind; it has no settings. */
    public RecurrentKind() {
        // nothing to set
    }

    @Override
    public boolean handles(Layer base) {
        return !matrices(base).isEmpty();
    }

    @Override
    @SuppressWarnings("deprecation") // GravesLSTM
    public List<LoraMatrix> matrices(Layer base) {
        if (base instanceof Bidirectional both) {
            return Stream.concat(
                            prefixed(BidirectionalParamInitializer.FORWARD_PREFIX, both.getFwd()),
                            prefixed(BidirectionalParamInitializer.BACKWARD_PREFIX, both.getBwd()))
                    .toList();
        }
        if (base instanceof LastTimeStep || base instanceof MaskZeroLayer) {
            return matrices(((BaseWrapperLayer) base).getUnderlying());
        }
        int gates = base.getClass() == SimpleRnn.class ? 1 : 4;
        int peepholes = base.getClass() == GravesLSTM.class ? 3 : 0;
        if (gates == 4 && peepholes == 0 && base.getClass() != LSTM.class) {
            return List.of();
        }
        FeedForwardLayer layer = (FeedForwardLayer) base;
        long out = layer.getNOut();
        return List.of(
                new LoraMatrix(LSTMParamInitializer.INPUT_WEIGHT_KEY, layer.getNIn(), gates * out),
                new LoraMatrix(
                        LSTMParamInitializer.RECURRENT_WEIGHT_KEY, out, gates * out + peepholes));
    }

    private Stream<LoraMatrix> prefixed(String prefix, Layer layer) {
        return matrices(layer).stream()
                .map(m -> new LoraMatrix(prefix + m.name(), m.in(), m.out()));
    }
}
