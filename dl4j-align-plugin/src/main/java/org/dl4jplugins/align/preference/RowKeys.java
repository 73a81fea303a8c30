package org.dl4jplugins.align.preference;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** What tells the rows of batches apart: all token ids that are not masked, however padded. */
final class RowKeys {
    private RowKeys() {}

    static List<IntBuffer> of(MultiDataSet batch) {
        INDArray[] features = batch.getFeatures();
        INDArray[] masks = batch.getFeaturesMaskArrays();
        List<IntBuffer> rows = new ArrayList<>();
        for (int row = 0; row < batch.getLabels(0).size(0); row++) {
            IntStream.Builder key = IntStream.builder();
            for (int i = 0; i < features.length; i++) {
                add(key, features[i], masks == null ? null : masks[i], row);
            }
            add(key, batch.getLabels(0), batch.getLabelsMaskArray(0), row);
            rows.add(IntBuffer.wrap(key.build().toArray()));
        }
        return rows;
    }

    private static void add(IntStream.Builder key, INDArray ids, INDArray mask, int row) {
        for (int t = 0; t < ids.size(1); t++) {
            if (mask == null || mask.getDouble(row, t) != 0) {
                key.add(t).add(ids.getInt(row, t));
            }
        }
        key.add(-1);
    }
}
