package org.dl4jplugins.mtl.arbiter;

import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.dl4jplugins.mtl.balance.Balancers;
import org.dl4jplugins.mtl.balance.GradientBalancer;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * One way of making and training a Recon-modified network. Exactly one of {@code topK} and {@code
 * budgetPercent} is given.
 *
 * @param topK K, how many of the most disputed layers become task specific; 0 leaves the network as
 *     it is, the baseline
 * @param budgetPercent instead of K: how many percent of the shared parameters may be added
 * @param severity S, at which cosine a conflict counts for the ranking of layers
 * @param balancing how the task gradients are combined: one of {@link Balancers#names()}
 * @param parameters parameters of the balancing method by name, see {@link Balancers}; what is not
 *     there has its default
 * @param updater updater of all layers, with its learning rate; null for those of the network
 * @param init whether the modified network starts from scratch or from copies
 */
public record ReconCandidate(
        @JsonProperty("topK") Integer topK,
        @JsonProperty("budgetPercent") Double budgetPercent,
        @JsonProperty("severity") double severity,
        @JsonProperty("balancing") String balancing,
        @JsonProperty("parameters") Map<String, Object> parameters,
        @JsonProperty("updater") IUpdater updater,
        @JsonProperty("init") ReconInit init)
        implements Serializable {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if both or neither of {@code topK} and {@code budgetPercent}
     *     are given or one is out of range, the severity is not in (-1, 0], or there is no such
     *     balancing method or parameter
     */
    @JsonCreator
    public ReconCandidate {
        if ((topK == null) == (budgetPercent == null)) {
            throw new IllegalArgumentException(
                    "topK: "
                            + topK
                            + " and budgetPercent: "
                            + budgetPercent
                            + " given, right is one of them");
        }
        if (topK != null && topK < 0) {
            throw new IllegalArgumentException("topK: " + topK + " given, right is 0 or more");
        }
        if (budgetPercent != null && !(budgetPercent > 0 && Double.isFinite(budgetPercent))) {
            throw new IllegalArgumentException(
                    "budgetPercent: " + budgetPercent + " given, right is more than 0");
        }
        if (!(severity > -1 && severity <= 0)) {
            throw new IllegalArgumentException(
                    "severity: " + severity + " given, right are values in (-1, 0]");
        }
        Objects.requireNonNull(init, "init");
        parameters = new TreeMap<>(Objects.requireNonNull(parameters, "parameters"));
        Balancers.byName(balancing, parameters).build();
    }

    @Override
    public Map<String, Object> parameters() {
        return Collections.unmodifiableMap(parameters);
    }

    /**
     * The listener that balances the task gradients.
     *
     * @return a new listener; empty for plain joint training, which needs none
     */
    Optional<GradientBalancer> balancer() {
        return balancing.equals("ew") && parameters.isEmpty()
                ? Optional.empty()
                : Optional.of(Balancers.byName(balancing, parameters).build());
    }

    /**
     * The candidate as JSON.
     *
     * @return an object with a field for each value
     */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException broken) {
            throw new IllegalStateException("Cannot write " + this, broken);
        }
    }

    /**
     * Reads what {@link #toJson} gave.
     *
     * @param json the JSON text
     * @return an equal candidate
     * @throws IllegalArgumentException if it is something else
     */
    public static ReconCandidate fromJson(String json) {
        try {
            return JSON.readValue(json, ReconCandidate.class);
        } catch (JsonProcessingException broken) {
            throw new IllegalArgumentException(
                    "Not a Recon candidate: " + broken.getMessage(), broken);
        }
    }
}
