package org.dl4jplugins.align.transformer;

import java.util.Objects;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Multi-head attention without parameters (Vaswani et al., section 3.2): {@code softmax(scale * q
 * k^T + bias) v} for each head. The projections before and after it are layers of their own.
 *
 * <p>Inputs, from three different vertices:
 *
 * <ol>
 *   <li>queries [batch, queries, heads * headSize];
 *   <li>keys [batch, keys, kvHeads * headSize];
 *   <li>values, shaped as the keys;
 *   <li>optionally a bias [heads, queries, keys], such as a {@link RelativePositionBias}.
 * </ol>
 *
 * <p>The output is [batch, queries, heads * headSize]. With fewer key heads than query heads
 * (grouped queries) consecutive query heads share one. The mask of the keys' input hides padding; a
 * query whose keys are all hidden gives zeros. The mask of the queries' input goes on unchanged.
 *
 * <p>Causal attention lets the last query see the last key, the query before it the key before
 * that, and so on. In {@code rnnTimeStep} it remembers keys and values, so that further tokens see
 * those of earlier calls; attention that is not causal remembers nothing. The state is read and set
 * by DL4J's own methods.
 *
 * <p>{@code hasLayer()} of the running vertex is true while it is being wired and while it holds
 * inputs: that is where {@link ComputationGraph} looks for layers with a state. At other times it
 * is a plain vertex, so that transfer learning can freeze it.
 */
public final class AttentionVertex extends GraphVertex {
    private static final long serialVersionUID = 1L;

    private final int heads;
    private final int kvHeads;
    private final int headSize;
    private final boolean causal;
    private final int window;
    private final double scale;
    private final RotaryEmbedding rotary;
    private final double dropout;

    @JsonCreator
    private AttentionVertex(
            @JsonProperty("heads") int heads,
            @JsonProperty("kvHeads") int kvHeads,
            @JsonProperty("headSize") int headSize,
            @JsonProperty("causal") boolean causal,
            @JsonProperty("window") int window,
            @JsonProperty("scale") double scale,
            @JsonProperty("rotary") RotaryEmbedding rotary,
            @JsonProperty("dropout") double dropout) {
        this.heads = heads;
        this.kvHeads = kvHeads;
        this.headSize = headSize;
        this.causal = causal;
        this.window = window;
        this.scale = scale;
        this.rotary = rotary;
        this.dropout = dropout;
    }

    /**
     * Heads of the queries.
     *
     * @return at least 1
     */
    public int getHeads() {
        return heads;
    }

    /**
     * Heads of keys and values.
     *
     * @return a divisor of the number of heads
     */
    public int getKvHeads() {
        return kvHeads;
    }

    /**
     * Width of a head.
     *
     * @return in features
     */
    public int getHeadSize() {
        return headSize;
    }

    /**
     * Whether a token sees no later ones.
     *
     * @return true for decoders
     */
    public boolean isCausal() {
        return causal;
    }

    /**
     * Keys that a query sees at most, its own position included.
     *
     * @return 0 for all
     */
    public int getWindow() {
        return window;
    }

    /**
     * Factor on the products of queries and keys.
     *
     * @return above 0
     */
    public double getScale() {
        return scale;
    }

    /**
     * Rotary embedding of queries and keys.
     *
     * @return the settings or null for none
     */
    public RotaryEmbedding getRotary() {
        return rotary;
    }

    /**
     * Probability that an attention weight is dropped in training.
     *
     * @return in [0, 1)
     */
    public double getDropout() {
        return dropout;
    }

    @Override
    public AttentionVertex clone() {
        return new AttentionVertex(
                heads, kvHeads, headSize, causal, window, scale, rotary, dropout);
    }

    @Override
    public long numParams(boolean backprop) {
        return 0;
    }

    @Override
    public int minVertexInputs() {
        return 3;
    }

    @Override
    public int maxVertexInputs() {
        return 4;
    }

    @Override
    public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
            ComputationGraph graph,
            String name,
            int idx,
            INDArray paramsView,
            boolean initializeParams,
            DataType networkDatatype) {
        return new AttentionRuntime(graph, name, idx, this, networkDatatype);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        return vertexInputs[0];
    }

    @Override
    public MemoryReport getMemoryReport(InputType... inputTypes) {
        return new LayerMemoryReport.Builder(null, getClass(), inputTypes[0], inputTypes[0])
                .standardMemory(0, 0)
                .workingMemory(0, 0, 0, inputTypes[0].arrayElementsPerExample())
                .cacheMemory(0, 0)
                .build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AttentionVertex a
                && heads == a.heads
                && kvHeads == a.kvHeads
                && headSize == a.headSize
                && causal == a.causal
                && window == a.window
                && scale == a.scale
                && Objects.equals(rotary, a.rotary)
                && dropout == a.dropout;
    }

    @Override
    public int hashCode() {
        return Objects.hash(heads, kvHeads, headSize, causal, window, scale, rotary, dropout);
    }

    @Override
    public String toString() {
        return "AttentionVertex(heads="
                + heads
                + ", kvHeads="
                + kvHeads
                + ", headSize="
                + headSize
                + (causal ? ", causal" : "")
                + (rotary == null ? "" : ", " + rotary)
                + ")";
    }

    /** Collects settings. */
    public static final class Builder {
        private final int heads;
        private final int headSize;
        private int kvHeads;
        private boolean causal;
        private int window;
        private double scale;
        private RotaryEmbedding rotary;
        private double dropout;

        /**
         * Starts with plain attention: as many key heads as query heads, nothing hidden, scaled by
         * one over the root of the head size.
         *
         * @param heads heads of the queries, at least 1
         * @param headSize width of a head, at least 1
         */
        public Builder(int heads, int headSize) {
            this.heads = heads;
            this.headSize = headSize;
            this.kvHeads = heads;
            this.scale = 1 / Math.sqrt(headSize);
        }

        /**
         * Shares key and value heads among query heads.
         *
         * @param kvHeads a divisor of the number of heads
         * @return this
         */
        public Builder kvHeads(int kvHeads) {
            this.kvHeads = kvHeads;
            return this;
        }

        /**
         * Hides later tokens.
         *
         * @param causal false by default
         * @return this
         */
        public Builder causal(boolean causal) {
            this.causal = causal;
            return this;
        }

        /**
         * Hides tokens that lie far back (Mistral's {@code sliding_window}); causal attention only.
         *
         * @param window keys a query sees at most, its own included; 0, the default, for all
         * @return this
         */
        public Builder window(int window) {
            this.window = window;
            return this;
        }

        /**
         * Sets the factor on products of queries and keys.
         *
         * @param scale above 0; 1 for T5, one over the root of headSize by default
         * @return this
         */
        public Builder scale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * Turns queries and keys by their positions; a position is the number of tokens before it
         * that are not hidden by the mask.
         *
         * @param rotary the settings, null (the default) for none
         * @return this
         */
        public Builder rotary(RotaryEmbedding rotary) {
            this.rotary = rotary;
            return this;
        }

        /**
         * Drops attention weights in training.
         *
         * @param probability that a weight is dropped, in [0, 1), 0 by default
         * @return this
         */
        public Builder dropout(double probability) {
            this.dropout = probability;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the vertex
         * @throws IllegalArgumentException if a value is out of its range
         */
        public AttentionVertex build() {
            check(heads >= 1, "heads must be at least 1", heads);
            check(headSize >= 1, "headSize must be at least 1", headSize);
            check(
                    kvHeads >= 1 && heads % kvHeads == 0,
                    "kvHeads must divide the number of heads, " + heads,
                    kvHeads);
            check(window >= 0, "window must be at least 0", window);
            check(window == 0 || causal, "window needs causal attention", window);
            check(scale > 0 && scale < 1e6, "scale must be above 0", scale);
            check(dropout >= 0 && dropout < 1, "dropout must be in [0, 1)", dropout);
            if (rotary != null) {
                rotary.size(headSize);
            }
            return new AttentionVertex(
                    heads, kvHeads, headSize, causal, window, scale, rotary, dropout);
        }

        private static void check(boolean right, String rule, double value) {
            if (!right) {
                throw new IllegalArgumentException(rule + ", got " + value);
            }
        }
    }
}
