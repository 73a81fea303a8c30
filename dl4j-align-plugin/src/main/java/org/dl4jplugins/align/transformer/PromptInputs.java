package org.dl4jplugins.align.transformer;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What prompts bring along beside their token ids, such as images: values of a graph's further
 * inputs, one row for each prompt. Immutable, on the arrays that were given.
 *
 * <pre>{@code
 * PromptInputs images = PromptInputs.of("image", tokens); // [prompts, image tokens, width]
 * List<Generation> answers = generator.generate(prompts, images);
 * }</pre>
 */
public final class PromptInputs {
    private static final PromptInputs NONE = new PromptInputs(Map.of());

    private final Map<String, Input> inputs;

    private record Input(INDArray values, INDArray mask) {}

    private PromptInputs(Map<String, Input> inputs) {
        this.inputs = inputs;
    }

    /** {@return no further input} */
    public static PromptInputs none() {
        return NONE;
    }

    /**
     * One further input.
     *
     * @param name of a network input
     * @param values [prompts, ...]
     * @return that input, without a mask
     * @throws IllegalArgumentException as {@link #with(String, INDArray, INDArray)} does
     */
    public static PromptInputs of(String name, INDArray values) {
        return NONE.with(name, values);
    }

    /**
     * These inputs and one more.
     *
     * @param name of a network input
     * @param values [prompts, ...]
     * @return a copy with that input, without a mask
     * @throws IllegalArgumentException as {@link #with(String, INDArray, INDArray)} does
     */
    public PromptInputs with(String name, INDArray values) {
        return with(name, values, null);
    }

    /**
     * These inputs and one more, which replaces one of the same name.
     *
     * @param name of a network input
     * @param values [prompts, ...]
     * @param mask [prompts, time] of 0 and 1, or null
     * @return a copy with that input
     * @throws IllegalArgumentException if the rows of values, of the mask and of the other inputs
     *     differ in number
     */
    public PromptInputs with(String name, INDArray values, INDArray mask) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        if (mask != null && mask.size(0) != values.size(0)) {
            throw new IllegalArgumentException(
                    "mask of input \""
                            + name
                            + "\" has "
                            + mask.size(0)
                            + " rows, must have as many as the values, "
                            + values.size(0));
        }
        Map<String, Input> more = new LinkedHashMap<>(inputs);
        more.put(name, new Input(values, mask));
        more.forEach((other, input) -> requireRows(other, input, name, values));
        return new PromptInputs(Collections.unmodifiableMap(more));
    }

    private static void requireRows(String name, Input input, String last, INDArray values) {
        if (input.values.size(0) != values.size(0)) {
            throw new IllegalArgumentException(
                    "input \""
                            + last
                            + "\" has "
                            + values.size(0)
                            + " rows, must have as many as \""
                            + name
                            + "\", "
                            + input.values.size(0));
        }
    }

    /** {@return the names of the inputs, in the order given} */
    public Set<String> names() {
        return inputs.keySet();
    }

    /**
     * The values of an input.
     *
     * @param name one of {@link #names}
     * @return [prompts, ...]
     * @throws IllegalArgumentException if there is no such input
     */
    public INDArray values(String name) {
        return input(name).values;
    }

    /**
     * The mask of an input.
     *
     * @param name one of {@link #names}
     * @return [prompts, time], or null
     * @throws IllegalArgumentException if there is no such input
     */
    public INDArray mask(String name) {
        return input(name).mask;
    }

    private Input input(String name) {
        Input input = inputs.get(name);
        if (input == null) {
            throw new IllegalArgumentException(
                    "no input \"" + name + "\": must be one of " + names());
        }
        return input;
    }

    /**
     * The inputs of some prompts.
     *
     * @param prompts row numbers, at least one
     * @return copies of those rows
     * @throws IllegalArgumentException if there is no such row, or none is asked for
     */
    public PromptInputs rows(int... prompts) {
        if (prompts.length == 0) {
            throw new IllegalArgumentException("prompts must not be empty");
        }
        PromptInputs some = NONE;
        for (Map.Entry<String, Input> entry : inputs.entrySet()) {
            INDArray values = entry.getValue().values;
            if (Arrays.stream(prompts).anyMatch(p -> p < 0 || p >= values.size(0))) {
                throw new IllegalArgumentException(
                        "prompts must be from 0 to "
                                + (values.size(0) - 1)
                                + ", got "
                                + Arrays.toString(prompts));
            }
            INDArray mask = entry.getValue().mask;
            some =
                    some.with(
                            entry.getKey(),
                            SequenceRows.pick(values, prompts),
                            mask == null ? null : SequenceRows.pick(mask, prompts));
        }
        return some;
    }
}
