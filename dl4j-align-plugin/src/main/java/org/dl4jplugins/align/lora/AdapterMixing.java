package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A new adapter made of others. */
final class AdapterMixing {
    private final AdapterMix mix;
    private final List<String> others;
    private final int index;

    /** A and B of the new adapter by layer and matrix. */
    private final Map<String, Map<String, INDArray[]>> factors = new HashMap<>();

    AdapterMixing(Host<?> host, List<String> others, AdapterMix mix) {
        this.mix = mix;
        this.others = others;
        int next = 0;
        for (LoraRuntime layer : host.adapted()) {
            for (LoraIncrement i : layer.layerConf().getIncrements()) {
                next = Math.max(next, i.getIndex() + 1);
            }
            Map<String, INDArray[]> own = new HashMap<>();
            for (String matrix : layer.layerConf().adaptedMatrices()) {
                List<LoraIncrement> parts = parts(layer.layerConf(), matrix);
                if (!parts.isEmpty()) {
                    own.put(matrix, mixed(layer, parts));
                }
            }
            factors.put(layer.layerConf().getLayerName(), own);
        }
        index = next;
    }

    /** The increments on a matrix that are merged, in the mix's order. */
    private List<LoraIncrement> parts(LoraLayer layer, String matrix) {
        List<LoraIncrement> parts = new ArrayList<>();
        for (String adapter : mix.weights().keySet()) {
            for (LoraIncrement i : layer.getIncrements()) {
                if (i.getAdapter().equals(adapter) && i.getMatrix().equals(matrix)) {
                    parts.add(i);
                }
            }
        }
        check(layer, parts);
        return parts;
    }

    private void check(LoraLayer layer, List<LoraIncrement> parts) {
        for (LoraIncrement i : parts) {
            String where = layer.getLayerName() + "." + i.getMatrix();
            if (i.isDora()) {
                throw new IllegalArgumentException(
                        "Adapter "
                                + i.getAdapter()
                                + " is weight-decomposed (DoRA) on "
                                + where
                                + "; such adapters cannot be mixed, as their changes depend on the"
                                + " base weights");
            }
            if (mix.method() != MixMethod.CAT && i.getRank() != parts.get(0).getRank()) {
                throw new IllegalArgumentException(
                        mix.method()
                                + " needs equal ranks, but on "
                                + where
                                + " adapter "
                                + parts.get(0).getAdapter()
                                + " has rank "
                                + parts.get(0).getRank()
                                + " and "
                                + i.getAdapter()
                                + " "
                                + i.getRank()
                                + "; CAT takes any ranks");
            }
        }
    }

    private INDArray[] mixed(LoraRuntime layer, List<LoraIncrement> parts) {
        List<INDArray> a = parts.stream().map(i -> layer.getParam(i.keyA())).toList();
        List<INDArray> b = parts.stream().map(i -> layer.getParam(i.keyB())).toList();
        double[] strengths =
                parts.stream()
                        .mapToDouble(i -> mix.weights().get(i.getAdapter()) * i.getScaling())
                        .toArray();
        if (mix.method() == MixMethod.CAT) {
            INDArray[] scaled = new INDArray[strengths.length];
            for (int i = 0; i < scaled.length; i++) {
                scaled[i] = a.get(i).mul(strengths[i]);
            }
            return new INDArray[] {
                Nd4j.concat(1, scaled), Nd4j.concat(0, b.toArray(new INDArray[0]))
            };
        }
        double[] roots = java.util.Arrays.stream(strengths).map(Math::sqrt).toArray();
        if (mix.method() == MixMethod.LINEAR || mix.weights().size() == 1) {
            return new INDArray[] {Mixing.linear(a, roots), Mixing.linear(b, roots)};
        }
        return new INDArray[] {
            Mixing.ties(a, roots, mix.density(), mix.majoritySign()),
            Mixing.ties(b, roots, mix.density(), mix.majoritySign())
        };
    }

    LoraLayer apply(LoraLayer layer) {
        List<LoraIncrement> increments = new ArrayList<>(layer.getIncrements());
        factors.get(layer.getLayerName())
                .forEach(
                        (matrix, ab) -> {
                            int rank = ab[1].rows();
                            increments.add(
                                    new LoraIncrement.Builder(mix.name(), matrix, rank, rank)
                                            .index(index)
                                            .trainable(false)
                                            .build());
                        });
        return layer.toBuilder()
                .increments(increments)
                .weights(Switches.allOff(layer, others))
                .build();
    }

    /** Gives the new adapter its values. */
    void fill(Host<?> host) {
        for (LoraRuntime layer : host.adapted()) {
            for (LoraIncrement i : layer.layerConf().getIncrements()) {
                if (i.getIndex() == index) {
                    INDArray[] ab =
                            factors.get(layer.layerConf().getLayerName()).get(i.getMatrix());
                    layer.getParam(i.keyA()).assign(ab[0]);
                    layer.getParam(i.keyB()).assign(ab[1]);
                }
            }
        }
    }
}
