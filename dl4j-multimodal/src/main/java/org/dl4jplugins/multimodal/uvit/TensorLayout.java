package org.dl4jplugins.multimodal.uvit;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor of the published layout and the parameters that its rows belong to. Rows are those of
 * the tensor seen as a matrix.
 *
 * @param name in the checkpoint
 * @param shape in the checkpoint
 * @param rows rows of the tensor as a matrix
 * @param parts whose rows cover the tensor
 */
record TensorLayout(String name, long[] shape, long rows, List<Part> parts) {

    /**
     * Some rows of a tensor.
     *
     * @param layer vertex name
     * @param key of the parameter
     * @param transposed whether the parameter is the transpose of what the tensor holds
     * @param tensorRow first row in the tensor
     * @param parameterRow first row in the parameter, as the tensor has it
     * @param count how many rows
     */
    record Part(
            String layer,
            String key,
            boolean transposed,
            long tensorRow,
            long parameterRow,
            long count) {

        /** The rows in the parameter, a view of shape [count, columns]. */
        INDArray view(INDArray parameter, long columns) {
            INDArray matrix =
                    transposed
                            ? parameter.transpose()
                            : parameter.reshape('c', parameter.length() / columns, columns);
            return interval(matrix, parameterRow, count);
        }
    }

    long columns() {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b) / rows;
    }

    /** Copies a tensor into parameters. */
    void split(INDArray tensor, BiFunction<String, String, INDArray> parameters) {
        INDArray matrix = tensor.reshape('c', rows, columns());
        for (Part part : parts) {
            part.view(parameters.apply(part.layer, part.key), columns())
                    .assign(interval(matrix, part.tensorRow, part.count));
        }
    }

    /** Makes a tensor of parameters. */
    INDArray join(BiFunction<String, String, INDArray> parameters) {
        Part first = parts.get(0);
        DataType type = parameters.apply(first.layer, first.key).dataType();
        INDArray matrix = Nd4j.createUninitialized(type, new long[] {rows, columns()}, 'c');
        for (Part part : parts) {
            INDArray parameter = parameters.apply(part.layer, part.key);
            interval(matrix, part.tensorRow, part.count).assign(part.view(parameter, columns()));
        }
        return matrix.reshape('c', shape);
    }

    private static INDArray interval(INDArray matrix, long first, long count) {
        return Views.interval(matrix, 0, first, count);
    }
}
