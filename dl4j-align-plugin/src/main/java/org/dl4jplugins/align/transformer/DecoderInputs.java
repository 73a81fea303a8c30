package org.dl4jplugins.align.transformer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Values of a graph's inputs beside the one that takes the generated ids. */
final class DecoderInputs {
    private final List<String> networkInputs;
    private final String decoded;
    private final Map<String, INDArray[]> given = new HashMap<>(); // values and mask

    DecoderInputs(List<String> networkInputs, String decoded) {
        if (!networkInputs.contains(decoded)) {
            throw new IllegalArgumentException(
                    "the graph has inputs " + networkInputs + ", not \"" + decoded + "\"");
        }
        this.networkInputs = networkInputs;
        this.decoded = decoded;
    }

    void set(String name, INDArray values, INDArray mask) {
        if (!networkInputs.contains(name) || name.equals(decoded)) {
            throw new IllegalArgumentException(
                    "no context for input \""
                            + name
                            + "\": the graph has inputs "
                            + networkInputs
                            + ", generated ids go into \""
                            + decoded
                            + "\"");
        }
        given.put(name, new INDArray[] {values, mask});
    }

    /** Sets all of them, in the graph's order; none to keep those of before. */
    void setAll(INDArray[] others) {
        if (others.length == 0) {
            return;
        }
        if (others.length != networkInputs.size() - 1) {
            throw new IllegalArgumentException(
                    "the graph has "
                            + (networkInputs.size() - 1)
                            + " inputs besides the generated ids, got "
                            + others.length);
        }
        int next = 0;
        for (String name : networkInputs) {
            if (!name.equals(decoded)) {
                set(name, others[next++], null);
            }
        }
    }

    /**
     * An input's values and its mask, which may be null.
     *
     * @throws IllegalStateException if it has none
     * @throws IllegalArgumentException if it does not have as many rows as there are prompts
     */
    INDArray[] get(String name, int batch) {
        INDArray[] value = given.get(name);
        if (value == null) {
            throw new IllegalStateException(
                    "input \"" + name + "\" has no value: call context before prefill");
        }
        if (value[0].size(0) != batch) {
            throw new IllegalArgumentException(
                    "input \""
                            + name
                            + "\" has "
                            + value[0].size(0)
                            + " rows, the prompts are "
                            + batch);
        }
        return value;
    }
}
