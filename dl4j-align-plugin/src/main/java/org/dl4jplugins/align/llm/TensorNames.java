package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Other names that a family's tensors may have in a checkpoint: with or without the base model's
 * prefix, as a tied copy, in an older spelling.
 */
final class TensorNames implements UnaryOperator<WeightBinding> {
    private final String prefix;
    private final Map<String, List<String>> copies = new HashMap<>();
    private final List<String> fresh = new ArrayList<>();
    private boolean gammas;

    /**
     * Starts with the prefix.
     *
     * @param prefix of the base model's tensors in a checkpoint with a head, may be empty
     */
    TensorNames(String prefix) {
        this.prefix = prefix;
    }

    /** Names of tied copies of a tensor; the tensor is given with prefix. */
    TensorNames copies(String tensor, String... names) {
        copies.put(tensor, Arrays.asList(names));
        return this;
    }

    /** Layers that may be new: a checkpoint without them is not refused. */
    TensorNames mayBeNew(String... starts) {
        fresh.addAll(Arrays.asList(starts));
        return this;
    }

    /** Normalization parameters may be called gamma and beta, as in the first BERT checkpoints. */
    TensorNames gammas() {
        gammas = true;
        return this;
    }

    @Override
    public WeightBinding apply(WeightBinding b) {
        List<String> names = new ArrayList<>();
        String bare = bare(b.tensor());
        boolean base = b.tensor().startsWith(prefix) || !isHead(b.tensor());
        if (base) {
            names.add(prefix + bare);
            names.add(bare);
        }
        if (gammas && b.layer().endsWith("LayerNorm")) {
            List<String> spelled = new ArrayList<>(names);
            spelled.add(b.tensor());
            spelled.forEach(
                    n -> names.add(n.replaceAll("weight$", "gamma").replaceAll("bias$", "beta")));
        }
        names.addAll(copies.getOrDefault(base ? prefix + bare : b.tensor(), List.of()));
        names.remove(b.tensor());
        boolean required =
                fresh.stream().noneMatch(start -> (base ? bare : b.tensor()).startsWith(start));
        return new WeightBinding(
                b.layer(),
                b.parameter(),
                b.tensor(),
                b.shape(),
                b.transposed(),
                names.stream().distinct().toList(),
                required);
    }

    private String bare(String tensor) {
        return tensor.startsWith(prefix) ? tensor.substring(prefix.length()) : tensor;
    }

    private static boolean isHead(String tensor) {
        return tensor.startsWith("lm_head.")
                || tensor.startsWith("cls.")
                || tensor.startsWith("score.")
                || tensor.startsWith("classifier.");
    }
}
