package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether all numbers of a merge are finite, found out before anything is changed. */
final class FiniteCheck {
    private FiniteCheck() {}

    /**
     * Checks base, increments and sums.
     *
     * @throws IllegalStateException naming layer and array of everything that is not finite
     */
    static void check(List<LoraRuntime> layers) {
        List<String> wrong = new ArrayList<>();
        for (LoraRuntime layer : layers) {
            for (String matrix : layer.layerConf().adaptedMatrices()) {
                check(layer, matrix, wrong);
            }
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException(
                    "Nothing was merged, as there are NaN or infinite values: "
                            + String.join("; ", wrong));
        }
    }

    private static void check(LoraRuntime layer, String matrix, List<String> wrong) {
        LoraLayer conf = layer.layerConf();
        int known = wrong.size();
        String name = "layer \"" + conf.getLayerName() + "\", ";
        note(layer.base(matrix), name + "base matrix " + matrix, wrong);
        for (LoraIncrement i : conf.getIncrements()) {
            if (i.getMatrix().equals(matrix) && conf.weight(i.getAdapter()) != 0) {
                String adapter = " of adapter \"" + i.getAdapter() + "\"";
                note(layer.getParam(i.keyA()), name + "A of " + matrix + adapter, wrong);
                note(layer.getParam(i.keyB()), name + "B of " + matrix + adapter, wrong);
                if (i.isDora()) {
                    note(
                            layer.getParam(i.keyM()),
                            name + "magnitude of " + matrix + adapter,
                            wrong);
                }
            }
        }
        if (!Double.isFinite(layer.gamma(matrix))) {
            wrong.add(name + "mask of " + matrix);
        }
        if (wrong.size() == known) {
            INDArray base = layer.base(matrix);
            INDArray sum = base.dup(base.ordering());
            MergedMatrix.addTo(layer, matrix, sum);
            note(sum, name + "sum of base and increments of " + matrix, wrong);
        }
    }

    private static void note(INDArray values, String name, List<String> wrong) {
        if (!finite(values)) {
            wrong.add(name);
        }
    }

    static boolean finite(INDArray values) {
        return Double.isFinite(values.sumNumber().doubleValue())
                || values.isNaN().none() && values.isInfinite().none();
    }
}
