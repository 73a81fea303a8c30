package org.dl4jplugins.multimodal.uvit;

import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Points in time [batch] or [batch, 1] as tokens [batch, 1, width]: {@code cos(t f_k)} and then
 * {@code sin(t f_k)} with {@code f_k = 10000^(-k / half)} for the k below {@code half}, half the
 * width; the last column of an odd width is zero. Times are steps of the noise schedule, from 0 to
 * 1000 in published models, and need not be whole. Angles are computed in double precision. There
 * is no gradient with respect to time.
 */
public final class TimeEmbedding extends TokenVertex {
    private static final long serialVersionUID = 1L;
    private static final double MAX_PERIOD = 10000;

    private final int width;

    /**
     * A vertex.
     *
     * @param width of the tokens, at least 2
     * @throws IllegalArgumentException if it is less than 2
     */
    public TimeEmbedding(@JsonProperty("width") int width) {
        super(1);
        this.width = Require.atLeast(2, "width", width);
    }

    /**
     * Width of the tokens.
     *
     * @return at least 2
     */
    public int getWidth() {
        return width;
    }

    /** Values for one time, [width]. */
    static double[] values(double time, int width) {
        int half = width / 2;
        double[] values = new double[width];
        for (int k = 0; k < half; k++) {
            double angle = time * Math.exp(-Math.log(MAX_PERIOD) * k / half);
            values[k] = Math.cos(angle);
            values[half + k] = Math.sin(angle);
        }
        return values;
    }

    @Override
    public TimeEmbedding clone() {
        return new TimeEmbedding(width);
    }

    @Override
    org.deeplearning4j.nn.graph.vertex.GraphVertex runtime(
            ComputationGraph graph, String name, int index, DataType dataType) {
        return new TimeEmbeddingRuntime(graph, name, index, dataType, width);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType... vertexInputs) {
        return tokens(width, 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TimeEmbedding v && v.width == width;
    }

    @Override
    public int hashCode() {
        return TimeEmbedding.class.hashCode() + width;
    }

    @Override
    public String toString() {
        return "TimeEmbedding(" + width + ")";
    }

    private static final class TimeEmbeddingRuntime extends TokenVertexRuntime {
        private static final long serialVersionUID = 1L;

        private final int width;

        TimeEmbeddingRuntime(
                ComputationGraph graph, String name, int index, DataType dataType, int width) {
            super(graph, name, index, dataType);
            this.width = width;
        }

        @Override
        INDArray forward(LayerWorkspaceMgr workspaceMgr) {
            INDArray times = inputs[0];
            if (times.length() != times.size(0)) {
                throw refused("times [batch, 1]", 0);
            }
            int batch = (int) times.size(0);
            double[] t = times.castTo(DataType.DOUBLE).reshape(new long[] {batch}).toDoubleVector();
            double[][] rows = new double[batch][];
            for (int b = 0; b < batch; b++) {
                rows[b] = values(t[b], width);
            }
            INDArray tokens = activation(workspaceMgr, batch, 1, width);
            tokens.assign(Nd4j.createFromArray(rows).reshape('c', batch, 1, width));
            return tokens;
        }

        @Override
        INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
            return new INDArray[1];
        }
    }
}
