package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays [batch, time] of rows of different lengths, filled up on the right. */
final class TokenArrays {
    private TokenArrays() {}

    static INDArray ids(List<int[]> rows, int filler, DataType type) {
        int time = longest(rows);
        float[] values = new float[rows.size() * time];
        for (int i = 0; i < rows.size(); i++) {
            for (int t = 0; t < time; t++) {
                values[i * time + t] = t < rows.get(i).length ? rows.get(i)[t] : filler;
            }
        }
        return array(values, rows.size(), time, type);
    }

    static INDArray mask(List<int[]> rows, DataType type) {
        return flags(
                rows.stream()
                        .map(
                                row -> {
                                    boolean[] all = new boolean[row.length];
                                    Arrays.fill(all, true);
                                    return all;
                                })
                        .toList(),
                type);
    }

    static INDArray flags(List<boolean[]> rows, DataType type) {
        int time = rows.stream().mapToInt(row -> row.length).max().orElse(0);
        float[] values = new float[rows.size() * time];
        for (int i = 0; i < rows.size(); i++) {
            for (int t = 0; t < rows.get(i).length; t++) {
                values[i * time + t] = rows.get(i)[t] ? 1 : 0;
            }
        }
        return array(values, rows.size(), time, type);
    }

    private static int longest(List<int[]> rows) {
        return rows.stream().mapToInt(row -> row.length).max().orElse(0);
    }

    private static INDArray array(float[] values, int rows, int time, DataType type) {
        return Nd4j.create(values, new long[] {rows, time}, 'c').castTo(type);
    }
}
