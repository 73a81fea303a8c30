package org.dl4jplugins.align.lora;

import java.util.List;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;

/** A user's kind: both matrices of a simple recurrent layer. */
public final class GatesKind extends WeightSpaceKind {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean handles(Layer base) {
        return base instanceof SimpleRnn;
    }

    @Override
    public List<LoraMatrix> matrices(Layer base) {
        SimpleRnn rnn = (SimpleRnn) base;
        return List.of(
                new LoraMatrix("W", rnn.getNIn(), rnn.getNOut()),
                new LoraMatrix("RW", rnn.getNOut(), rnn.getNOut()));
    }
}
