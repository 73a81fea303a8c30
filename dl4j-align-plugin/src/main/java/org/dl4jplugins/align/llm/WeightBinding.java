package org.dl4jplugins.align.llm;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * One parameter of a graph and the checkpoint tensor that holds it.
 *
 * @param layer vertex name, which is the Hugging Face module path
 * @param parameter parameter key of the layer: {@code W}, {@code b}, {@code g}
 * @param tensor name that is written; the first that is looked for when reading
 * @param shape shape of the tensor in the checkpoint, [out, in] for linear layers
 * @param transposed whether the parameter is the tensor's transpose (linear layers: [in, out])
 * @param aliases other names the tensor may have: tied copies, older spellings, other prefixes
 * @param required whether a checkpoint without it is refused; new heads are not
 */
public record WeightBinding(
        String layer,
        String parameter,
        String tensor,
        long[] shape,
        boolean transposed,
        List<String> aliases,
        boolean required) {

    /** Copies the arguments that could change. */
    public WeightBinding {
        shape = shape.clone();
        aliases = List.copyOf(aliases);
    }

    /**
     * All names of the tensor.
     *
     * @return the written name, then the aliases
     */
    public List<String> names() {
        return Stream.concat(Stream.of(tensor), aliases.stream()).distinct().toList();
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WeightBinding b
                && layer.equals(b.layer)
                && parameter.equals(b.parameter)
                && tensor.equals(b.tensor)
                && Arrays.equals(shape, b.shape)
                && transposed == b.transposed
                && aliases.equals(b.aliases)
                && required == b.required;
    }

    @Override
    public int hashCode() {
        return 31 * layer.hashCode() + parameter.hashCode();
    }
}
