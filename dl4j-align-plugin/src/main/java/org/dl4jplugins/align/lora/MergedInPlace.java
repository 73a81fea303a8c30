package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Increments that are part of the base weights for the time being; made by {@link
 * LoraMerge#mergeInPlace}.
 *
 * <p>It holds a copy of every changed matrix. A network that is saved or cloned while merged has
 * the merged weights for good: unmerge first, or save {@link LoraMerge#merge}'s plain network.
 */
public final class MergedInPlace implements AutoCloseable {
    private final Host<?> host;
    private final int iterations;
    private final List<Original> originals = new ArrayList<>();
    private final Switches switches;
    private boolean merged = true;

    /** A base parameter as it was. */
    private record Original(LoraRuntime layer, String matrix, INDArray values) {}

    private MergedInPlace(Host<?> host) {
        this.host = host;
        iterations = host.iterations();
        switches = new Switches(host);
    }

    static MergedInPlace merge(Host<?> host) {
        for (LoraRuntime layer : host.adapted()) {
            LoraLayer conf = layer.layerConf();
            if (conf.getPlacement() == BasePlacement.SHARED && !conf.getIncrements().isEmpty()) {
                throw new IllegalArgumentException(
                        "The base weights of layer \""
                                + conf.getLayerName()
                                + "\" are shared (BasePlacement.SHARED), so merging in place would"
                                + " change other networks too; call merge() for a new network");
            }
        }
        FiniteCheck.check(host.adapted());
        MergedInPlace result = new MergedInPlace(host);
        for (LoraRuntime layer : host.adapted()) {
            result.merge(layer);
        }
        result.switches.allOff();
        host.adapted().forEach(layer -> layer.layerConf().merged(true));
        return result;
    }

    private void merge(LoraRuntime layer) {
        for (String matrix : layer.layerConf().adaptedMatrices()) {
            INDArray base = layer.base(matrix);
            INDArray sum = base.dup(base.ordering());
            MergedMatrix.addTo(layer, matrix, sum);
            originals.add(new Original(layer, matrix, base.dup(base.ordering())));
            base.assign(sum);
        }
    }

    /**
     * The changed matrices.
     *
     * @return as layer.matrix, in the network's order
     */
    public List<String> matrices() {
        return originals.stream()
                .map(o -> o.layer().layerConf().getLayerName() + "." + o.matrix())
                .toList();
    }

    /**
     * Puts the original base weights back, bit by bit, and switches the adapters as they were.
     * Calling it again changes nothing.
     *
     * @throws IllegalStateException if the network was trained while merged; the base weights and
     *     switches are restored nevertheless
     */
    public void unmerge() {
        if (!merged) {
            return;
        }
        merged = false;
        originals.forEach(o -> o.layer().base(o.matrix()).assign(o.values()));
        host.adapted().forEach(layer -> layer.layerConf().merged(false));
        switches.restore();
        Switches.requireUntrained(host, iterations, "merged into the base");
    }

    /** Unmerges. */
    @Override
    public void close() {
        unmerge();
    }
}
