package org.dl4jplugins.align.data;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Arrays [batch, time] of rows of different lengths, filled up on the right. */
final class Padded {

    private Padded() {}

    /** Token ids. */
    static INDArray ids(List<int[]> rows, int time, int filler, DataType type) {
        float[] values = new float[rows.size() * time];
        for (int i = 0; i < rows.size(); i++) {
            int[] row = rows.get(i);
            for (int t = 0; t < time; t++) {
                values[i * time + t] = t < row.length ? row[t] : filler;
            }
        }
        return array(values, rows.size(), time, type);
    }

    /** 1 where a row has a token, 0 after it. */
    static INDArray mask(List<int[]> rows, int time, DataType type) {
        float[] values = new float[rows.size() * time];
        for (int i = 0; i < rows.size(); i++) {
            for (int t = 0; t < rows.get(i).length; t++) {
                values[i * time + t] = 1;
            }
        }
        return array(values, rows.size(), time, type);
    }

    /** 1 where a row says so, 0 elsewhere. */
    static INDArray flags(List<boolean[]> rows, int time, DataType type) {
        float[] values = new float[rows.size() * time];
        for (int i = 0; i < rows.size(); i++) {
            for (int t = 0; t < rows.get(i).length; t++) {
                values[i * time + t] = rows.get(i)[t] ? 1 : 0;
            }
        }
        return array(values, rows.size(), time, type);
    }

    /** Tokens of the longest row. */
    static int longest(List<int[]> rows) {
        return rows.stream().mapToInt(row -> row.length).max().orElse(0);
    }

    /** What fills rows up: the padding token, else the end token, else 0. */
    static int filler(TextEncoder encoder) {
        return encoder.paddingToken().orElse(encoder.endToken().orElse(0));
    }

    private static INDArray array(float[] values, int rows, int time, DataType type) {
        return Nd4j.create(values, new long[] {rows, time}, 'c').castTo(type);
    }
}
