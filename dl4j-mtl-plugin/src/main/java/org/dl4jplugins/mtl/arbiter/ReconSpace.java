package org.dl4jplugins.mtl.arbiter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.deeplearning4j.arbiter.optimize.api.ParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.FixedValue;
import org.dl4jplugins.core.arbiter.Leaves;
import org.dl4jplugins.core.arbiter.NestedSpace;
import org.dl4jplugins.mtl.balance.Balancers;
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
public final class ReconSpace extends NestedSpace<ReconCandidate> {

    private ParameterSpace<Integer> topK;
    private ParameterSpace<Double> budgetPercent;
    private ParameterSpace<Double> severity;
    private ParameterSpace<String> balancing;
    private Map<String, Map<String, ParameterSpace<?>>> parameters;
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
        parameters = builder.parameters;
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
        String method = balancing.getValue(values);
        Map<String, Object> chosen = new TreeMap<>();
        parameters
                .getOrDefault(method, Map.of())
                .forEach((name, space) -> chosen.put(name, space.getValue(values)));
        return new ReconCandidate(
                topK == null ? null : Leaves.number(topK.getValue(values)).intValue(),
                budgetPercent == null
                        ? null
                        : Leaves.number(budgetPercent.getValue(values)).doubleValue(),
                Leaves.number(severity.getValue(values)).doubleValue(),
                method,
                chosen,
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
    @SuppressWarnings("rawtypes")
    public Map<String, ParameterSpace> getNestedSpaces() {
        Map<String, ParameterSpace> nested = new LinkedHashMap<>(super.getNestedSpaces());
        parameters.forEach(
                (method, spaces) ->
                        spaces.forEach((name, space) -> nested.put(method + "." + name, space)));
        return nested;
    }

    /** What to search; everything that is not given stays fixed. */
    public static final class Builder {

        private final ConflictReport report;
        private ParameterSpace<Integer> topK;
        private ParameterSpace<Double> budgetPercent;
        private ParameterSpace<Double> severity;
        private ParameterSpace<String> balancing = new FixedValue<>("ew");
        private final Map<String, Map<String, ParameterSpace<?>>> parameters = new TreeMap<>();
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
         * @param names of methods, see {@link Balancers}; default {@code "ew"}, plain joint
         *     training
         * @return this builder
         */
        public Builder balancing(ParameterSpace<String> names) {
            this.balancing = Leaves.simplified(names);
            return this;
        }

        /**
         * A parameter of a balancing method, tried where the method is chosen.
         *
         * @param method the method's name, see {@link Balancers}
         * @param name the parameter's name, for example {@code "c"} of {@code "cagrad"}
         * @param values its values, numbers, strings or booleans; default the method's own
         * @return this builder
         * @throws IllegalArgumentException if the method has no such parameter or does not take the
         *     values
         */
        public Builder parameter(String method, String name, ParameterSpace<?> values) {
            ParameterSpace<?> simple = Leaves.simplified(values);
            for (Object value : Leaves.examples(simple)) {
                Balancers.byName(method, Map.of(name, value)).build();
            }
            parameters.computeIfAbsent(method, m -> new TreeMap<>()).put(name, simple);
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
         *     the severities, there is no such balancing method, or a learning rate has no updater
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
            for (Object method : Leaves.values("balancing", balancing)) {
                Map<String, Object> example = new TreeMap<>();
                parameters
                        .getOrDefault(String.valueOf(method), Map.of())
                        .forEach(
                                (name, values) ->
                                        example.put(name, Leaves.examples(values).get(0)));
                Balancers.byName(String.valueOf(method), example).build();
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
