package org.dl4jplugins.mtl.arbiter;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.arbiter.optimize.api.AbstractParameterSpace;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.deeplearning4j.arbiter.util.LeafUtils;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What to search: how many layers Recon splits (K or a budget), at which severity S it ranks them,
 * how the remaining conflicts are balanced, with which updater, from copies or from scratch.
 *
 * <pre>{@code
 * ReconSpace space = new ReconSpace.Builder(report)
 *         .topK(new IntegerParameterSpace(0, 25))
 *         .severity(new DiscreteParameterSpace<>(0.0, -0.02, -0.1))
 *         .updater(new AdamSpace(new ContinuousParameterSpace(1e-4, 1e-2)))
 *         .build();
 * CandidateGenerator generator = new RandomSearchGenerator(space);
 * }</pre>
 *
 * <p>It works with Arbiter's random, grid and genetic generators and, as part of an {@code
 * OptimizationConfiguration}, is written to JSON and read back by Arbiter.
 */
public final class ReconSpace extends AbstractParameterSpace<ReconCandidate> {

    private ParameterSpace<Integer> topK;
    private ParameterSpace<Double> budgetPercent;
    private ParameterSpace<Double> severity;
    private ParameterSpace<BalancingMethod> balancing;
    private Map<BalancingMethod, ParameterSpace<Double>> strengths;
    private ParameterSpace<IUpdater> updater;
    private ParameterSpace<Double> learningRate;
    private ParameterSpace<ReconInit> init;

    /** For JSON. */
    private ReconSpace() {}

    private ReconSpace(Builder builder) {
        topK = builder.topK;
        budgetPercent = builder.budgetPercent;
        severity = builder.severity;
        balancing = builder.balancing;
        strengths = builder.strengths;
        updater = builder.updater;
        learningRate = builder.learningRate;
        init = builder.init;
    }

    /**
     * One candidate.
     *
     * @param values a point in the unit cube, [{@link #numParameters()}], each in [0, 1]
     * @return the candidate there
     */
    @Override
    public ReconCandidate getValue(double[] values) {
        BalancingMethod method = Leaves.constant(BalancingMethod.class, balancing.getValue(values));
        ParameterSpace<Double> strength = strengths.get(method);
        return new ReconCandidate(
                topK == null ? null : Leaves.number(topK.getValue(values)).intValue(),
                budgetPercent == null
                        ? null
                        : Leaves.number(budgetPercent.getValue(values)).doubleValue(),
                Leaves.number(severity.getValue(values)).doubleValue(),
                method,
                strength == null ? null : Leaves.number(strength.getValue(values)).doubleValue(),
                updater(values),
                Leaves.constant(ReconInit.class, init.getValue(values)));
    }

    private IUpdater updater(double[] values) {
        if (updater == null) {
            return null;
        }
        IUpdater chosen = updater.getValue(values).clone();
        if (learningRate != null) {
            chosen.setLrAndSchedule(
                    Leaves.number(learningRate.getValue(values)).doubleValue(), null);
        }
        return chosen;
    }

    @Override
    public int numParameters() {
        return LeafUtils.countUniqueParameters(collectLeaves());
    }

    @Override
    @SuppressWarnings("rawtypes")
    public List<ParameterSpace> collectLeaves() {
        List<ParameterSpace> leaves = new ArrayList<>();
        for (ParameterSpace<?> nested : getNestedSpaces().values()) {
            leaves.addAll(nested.collectLeaves());
        }
        return leaves;
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Map<String, ParameterSpace> getNestedSpaces() {
        Map<String, ParameterSpace> nested = new LinkedHashMap<>(super.getNestedSpaces());
        strengths.forEach((method, strength) -> nested.put("strength of " + method, strength));
        return nested;
    }

    @Override
    public boolean isLeaf() {
        return false;
    }

    /**
     * Not for inner spaces.
     *
     * @throws UnsupportedOperationException always, as Arbiter numbers the leaves only
     */
    @Override
    public void setIndices(int... indices) {
        throw new UnsupportedOperationException("Only leaves have indices");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ReconSpace that && getNestedSpaces().equals(that.getNestedSpaces());
    }

    @Override
    public int hashCode() {
        return getNestedSpaces().hashCode();
    }

    @Override
    public String toString() {
        return "ReconSpace" + getNestedSpaces();
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private final ConflictReport report;
        private ParameterSpace<Integer> topK;
        private ParameterSpace<Double> budgetPercent;
        private ParameterSpace<Double> severity;
        private ParameterSpace<BalancingMethod> balancing = new FixedValue<>(BalancingMethod.SUM);
        private final Map<BalancingMethod, ParameterSpace<Double>> strengths =
                new EnumMap<>(BalancingMethod.class);
        private ParameterSpace<IUpdater> updater;
        private ParameterSpace<Double> learningRate;
        private ParameterSpace<ReconInit> init = new FixedValue<>(ReconInit.FRESH);

        /**
         * Starts with a report, which says how many layers there are and at which severities
         * conflicts were counted.
         *
         * @param report the conflicts of the network to modify
         */
        public Builder(ConflictReport report) {
            this.report = Objects.requireNonNull(report, "report");
        }

        /**
         * How many of the most disputed layers become task specific.
         *
         * @param k numbers from 0, the unmodified network, to the number of shared layers
         * @return this builder
         */
        public Builder topK(ParameterSpace<Integer> k) {
            this.topK = Leaves.simplified(k);
            return this;
        }

        /**
         * Instead of {@link #topK}: how many percent of the shared parameters may be added.
         *
         * @param percent values above 0
         * @return this builder
         */
        public Builder budgetPercent(ParameterSpace<Double> percent) {
            this.budgetPercent = Leaves.simplified(percent);
            return this;
        }

        /**
         * At which severity S layers are ranked.
         *
         * @param s discrete or fixed values at which the report has counted; default the report's
         *     last threshold, its most severe
         * @return this builder
         */
        public Builder severity(ParameterSpace<Double> s) {
            this.severity = Leaves.simplified(s);
            return this;
        }

        /**
         * How the task gradients are combined.
         *
         * @param methods the methods; default {@link BalancingMethod#SUM}
         * @return this builder
         */
        public Builder balancing(ParameterSpace<BalancingMethod> methods) {
            this.balancing = Leaves.simplified(methods);
            return this;
        }

        /**
         * Which strengths of a balancing method are tried.
         *
         * @param method a method that has a strength
         * @param strength its values; default the method's own
         * @return this builder
         * @throws IllegalArgumentException if the method has no strength
         */
        public Builder strength(BalancingMethod method, ParameterSpace<Double> strength) {
            if (method.defaultStrength().isEmpty()) {
                throw new IllegalArgumentException(
                        "strength: given for " + method + ", which has none");
            }
            strengths.put(method, Leaves.simplified(strength));
            return this;
        }

        /**
         * The updater of all layers.
         *
         * @param updaters for example Arbiter's {@code AdamSpace}, or a {@code
         *     DiscreteParameterSpace} of updaters; default the network's own
         * @return this builder
         */
        public Builder updater(ParameterSpace<IUpdater> updaters) {
            this.updater = Leaves.simplified(updaters);
            return this;
        }

        /**
         * A learning rate for whichever updater is chosen.
         *
         * @param rates values above 0; default the updaters' own. Needs {@link #updater}
         * @return this builder
         */
        public Builder learningRate(ParameterSpace<Double> rates) {
            this.learningRate = Leaves.simplified(rates);
            return this;
        }

        /**
         * From scratch, from copies, or both.
         *
         * @param inits default {@link ReconInit#FRESH}, as in the paper
         * @return this builder
         */
        public Builder init(ParameterSpace<ReconInit> inits) {
            this.init = Leaves.simplified(inits);
            return this;
        }

        /**
         * Builds the space.
         *
         * @return the space
         * @throws IllegalArgumentException if neither or both of K and a budget are given, a K is
         *     not between 0 and the number of shared layers, the report has not counted at one of
         *     the severities, or a learning rate has no updater
         */
        public ReconSpace build() {
            if ((topK == null) == (budgetPercent == null)) {
                throw new IllegalArgumentException(
                        "topK and budgetPercent: right is to give one of them");
            }
            if (learningRate != null && updater == null) {
                throw new IllegalArgumentException("learningRate: given without an updater");
            }
            if (severity == null) {
                List<Double> thresholds = report.thresholds();
                severity = new FixedValue<>(thresholds.get(thresholds.size() - 1));
            }
            for (Object s : Leaves.values("severity", severity)) {
                report.bins().binsBelow(Leaves.number(s).doubleValue());
            }
            if (topK != null) {
                int layers = report.layers().size();
                for (Object k : Leaves.values("topK", topK)) {
                    if (Leaves.number(k).intValue() < 0 || Leaves.number(k).intValue() > layers) {
                        throw new IllegalArgumentException(
                                "topK: "
                                        + k
                                        + " given, right are 0 to "
                                        + layers
                                        + ", the number of shared layers");
                    }
                }
            }
            return new ReconSpace(this);
        }
    }
}
