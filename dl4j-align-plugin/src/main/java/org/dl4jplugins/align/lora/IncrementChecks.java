package org.dl4jplugins.align.lora;

import java.util.HashSet;
import java.util.Set;

/** Whether increments fit their layer. */
final class IncrementChecks {
    private IncrementChecks() {}

    static void check(LoraLayer layer) {
        Set<String> keys = new HashSet<>();
        for (LoraIncrement i : layer.getIncrements()) {
            LoraMatrix matrix = layer.matrix(i.getMatrix());
            String where = "Increment of " + layer.getLayerName() + " on " + matrix.name();
            if (!keys.add(i.keyA())) {
                throw new IllegalArgumentException(where + ": index " + i.getIndex() + " twice");
            }
            if (!keys.add(i.getMatrix() + '\n' + i.getAdapter())) {
                throw new IllegalArgumentException(
                        where + ": adapter " + i.getAdapter() + " twice");
            }
            if (i.getDropout() > 0 && !layer.getKind().allowsDropout()) {
                throw new IllegalArgumentException(
                        where
                                + ": dropout must be 0 for layers whose increments are added to"
                                + " their weights, got "
                                + i.getDropout());
            }
            if (i.getInit() == LoraInit.PISSA && layer.getPlacement() == BasePlacement.SHARED) {
                throw new IllegalArgumentException(
                        where
                                + ": PISSA replaces the base weight, which other networks may"
                                + " share; use BasePlacement.INSIDE");
            }
        }
    }
}
