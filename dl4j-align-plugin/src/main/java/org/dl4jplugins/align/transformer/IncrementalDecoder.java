package org.dl4jplugins.align.transformer;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Generates with a graph token by token: each call computes the new tokens only. Works for decoders
 * alone and for encoders with a decoder, whose encoder side (everything that does not depend on the
 * decoded ids, the keys and values of cross attention included) is computed once per prompt. What
 * only prompts bring along, such as images, goes in through {@link #context}; vertices that {@link
 * PrefillOnly} marks take no part in later steps.
 *
 * <p>Prompts of a batch may have different lengths; the logits of each are those it has alone. Uses
 * the state of the graph's layers, so that a graph serves one decoder at a time, on one thread.
 *
 * <pre>{@code
 * IncrementalDecoder decoder = new IncrementalDecoder(graph);
 * INDArray logits = decoder.prefill(prompts, mask);
 * while (...) {
 *     logits = decoder.step(logits.argMax(1));
 * }
 * }</pre>
 */
public final class IncrementalDecoder {
    private static final String DECODER_IDS = "decoder_input_ids";
    private static final String IDS = "input_ids";

    private final DecoderWalk walk;
    private int rows;
    private int length;

    /**
     * A decoder for the input "decoder_input_ids", else "input_ids", else the only one.
     *
     * @param graph an initialized language model; its output "logits", else its first, must be
     *     [batch, time, vocabulary]
     * @throws IllegalArgumentException if no input is named so and there are several, or attention
     *     to the generated tokens is not causal
     */
    public IncrementalDecoder(ComputationGraph graph) {
        this(graph, decodedInput(graph.getConfiguration().getNetworkInputs()));
    }

    /**
     * A decoder.
     *
     * @param graph an initialized language model; its output "logits", else its first, must be
     *     [batch, time, vocabulary]
     * @param input the network input that takes the generated ids
     * @throws IllegalArgumentException if there is no such input, or attention to the generated
     *     tokens is not causal
     */
    public IncrementalDecoder(ComputationGraph graph, String input) {
        this.walk = new DecoderWalk(graph, input);
        CausalAttention.require(graph.getConfiguration(), input);
    }

    private static String decodedInput(List<String> inputs) {
        if (inputs.contains(DECODER_IDS)) {
            return DECODER_IDS;
        }
        if (inputs.contains(IDS)) {
            return IDS;
        }
        if (inputs.size() == 1) {
            return inputs.get(0);
        }
        throw new IllegalArgumentException(
                "say which of the inputs " + inputs + " takes the generated ids");
    }

    /**
     * Sets another input of the graph, such as the encoder's ids, for the prompts to come.
     *
     * @param input its name
     * @param values [batch, time] or whatever the graph takes
     * @param mask [batch, time] of 0 and 1, or null
     * @throws IllegalArgumentException if the graph has no such input, or generated ids go there
     */
    public void context(String input, INDArray values, INDArray mask) {
        walk.inputs().set(input, values, mask);
    }

    /**
     * Sets other inputs of the graph for the prompts to come.
     *
     * @param inputs a row for each prompt
     * @throws IllegalArgumentException if the graph has no such input, or generated ids go there
     */
    public void context(PromptInputs inputs) {
        inputs.names().forEach(name -> context(name, inputs.values(name), inputs.mask(name)));
    }

    /**
     * Inputs that need a value before {@link #prefill}, such as the encoder's ids.
     *
     * @return names of those that the logits depend on, besides the generated ids
     */
    public Set<String> furtherInputs() {
        return Collections.unmodifiableSet(walk.furtherInputs());
    }

    /**
     * Starts anew with prompts.
     *
     * @param ids [batch, time]
     * @param mask [batch, time], 1 for tokens and 0 for padding on any side, or null for no padding
     * @param others values of the graph's other inputs in their order, without masks; none to keep
     *     those of {@link #context}
     * @return logits [batch, vocabulary] after the last token of each prompt
     * @throws IllegalArgumentException if shapes do not fit or a prompt has no token
     */
    public INDArray prefill(INDArray ids, INDArray mask, INDArray... others) {
        Prompts prompts = Prompts.of(ids, mask);
        walk.inputs().setAll(others);
        clear();
        walk.computeContext(prompts.batch());
        rows = prompts.batch();
        length = prompts.time();
        return walk.prefill(prompts.ids(), prompts.mask());
    }

    /**
     * Appends one token to each sequence.
     *
     * @param ids [batch] or [batch, 1]
     * @return logits [batch, vocabulary] after it
     * @throws IllegalStateException before {@link #prefill}
     * @throws IllegalArgumentException if the batch has another size than the sequences
     */
    public INDArray step(INDArray ids) {
        if (rows == 0) {
            throw new IllegalStateException("call prefill before step");
        }
        if (ids.length() != rows) {
            throw new IllegalArgumentException(
                    "a step takes one id for each of the "
                            + rows
                            + " sequences, got "
                            + ids.length());
        }
        length++;
        return walk.next(ids.reshape('c', rows, 1));
    }

    /**
     * Chooses sequences, as beam search does: sequence {@code i} becomes a copy of what was
     * sequence {@code rows[i]}. The batch may grow and shrink.
     *
     * @param rows numbers from 0 to batch - 1, at least one
     * @throws IllegalArgumentException if a number is out of range
     */
    public void reorder(int[] rows) {
        for (int row : rows) {
            if (row < 0 || row >= this.rows) {
                throw new IllegalArgumentException(
                        "rows must be from 0 to " + (this.rows - 1) + ", got " + row);
            }
        }
        if (rows.length == 0) {
            throw new IllegalArgumentException("rows must not be empty");
        }
        walk.reorder(rows, this.rows);
        this.rows = rows.length;
    }

    /** Forgets all sequences; the context stays. */
    public void clear() {
        walk.clear();
        rows = 0;
        length = 0;
    }

    /**
     * Sequences at present.
     *
     * @return 0 before {@link #prefill}
     */
    public int batch() {
        return rows;
    }

    /**
     * Tokens of the longest sequence so far.
     *
     * @return 0 before {@link #prefill}
     */
    public int length() {
        return length;
    }
}
