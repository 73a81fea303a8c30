package org.dl4jplugins.align.arbiter;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.core.arbiter.Values;
import org.nd4j.linalg.learning.config.Adam;

/**
 * One way of adapting a network.
 *
 * @param targets name suffixes of the adapted layers, separated by commas, or {@link #ALL_LINEAR}
 * @param rank of every increment, at least 1
 * @param alpha increments are scaled by alpha / rank, above 0
 * @param dropout of the increments' inputs, at least 0 and below 1
 * @param learningRate of Adam, above 0
 */
public record LoraCandidate(
        String targets, int rank, double alpha, double dropout, double learningRate)
        implements Serializable {

    /** Stands for all linear layers but the output, as {@link LoraConfig.Builder#allLinear}. */
    public static final String ALL_LINEAR = "all-linear";

    private static final long serialVersionUID = 1;

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is out of range
     */
    public LoraCandidate {
        Objects.requireNonNull(targets, "targets");
        Values.require(!suffixes(targets).isEmpty(), "targets", targets, "at least one suffix");
        Values.require(rank >= 1, "rank", rank, "1 or more");
        Values.require(alpha > 0 && Double.isFinite(alpha), "alpha", alpha, "above 0");
        Values.require(dropout >= 0 && dropout < 1, "dropout", dropout, "at least 0 and below 1");
        Values.require(
                learningRate > 0 && Double.isFinite(learningRate),
                "learningRate",
                learningRate,
                "above 0");
    }

    private static List<String> suffixes(String targets) {
        return List.of(targets.split(",")).stream()
                .map(String::strip)
                .filter(suffix -> !suffix.isEmpty())
                .toList();
    }

    /** Adds these values to what else is set. */
    LoraConfig apply(LoraConfig.Builder given) {
        given.rank(rank).alpha(alpha).dropout(dropout).updater(new Adam(learningRate));
        return targets.equals(ALL_LINEAR)
                ? given.allLinear().build()
                : given.targets(suffixes(targets).toArray(String[]::new)).build();
    }
}
