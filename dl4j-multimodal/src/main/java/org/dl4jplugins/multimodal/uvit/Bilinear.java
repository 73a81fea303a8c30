package org.dl4jplugins.multimodal.uvit;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Bilinear interpolation of a grid, pixel centers at halves ({@code align_corners=False}). */
final class Bilinear {
    private Bilinear() {}

    /**
     * The interpolation as a matrix on grids that are stored row by row.
     *
     * @return [toRows * toColumns, fromRows * fromColumns] of type DOUBLE
     */
    static INDArray matrix(int fromRows, int fromColumns, int toRows, int toColumns) {
        double[][] down = line(fromRows, toRows);
        double[][] across = line(fromColumns, toColumns);
        double[][] matrix = new double[toRows * toColumns][fromRows * fromColumns];
        for (int r = 0; r < toRows; r++) {
            for (int c = 0; c < toColumns; c++) {
                double[] row = matrix[r * toColumns + c];
                for (int i = 0; i < fromRows; i++) {
                    for (int j = 0; down[r][i] != 0 && j < fromColumns; j++) {
                        row[i * fromColumns + j] = down[r][i] * across[c][j];
                    }
                }
            }
        }
        return Nd4j.createFromArray(matrix);
    }

    /** Linear interpolation of a line of points, [to][from]. */
    private static double[][] line(int from, int to) {
        double[][] weights = new double[to][from];
        for (int i = 0; i < to; i++) {
            double at = Math.max(0, (i + 0.5) * from / to - 0.5);
            int left = Math.min((int) at, from - 1);
            double share = at - left;
            weights[i][left] += 1 - share;
            weights[i][Math.min(left + 1, from - 1)] += share;
        }
        return weights;
    }
}
