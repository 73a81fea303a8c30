package org.dl4jplugins.mtl.balance;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.dl4jplugins.mtl.balance.GradientBalancer.Scope;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Balancing methods by the names of the field, for settings files and searches. In Java code use
 * the classes themselves.
 *
 * <table>
 * <caption>Names and parameters, with their defaults</caption>
 * <tr><td>ew, si, gls, imtlg</td><td>none</td></tr>
 * <tr><td>constant</td><td>weights</td></tr>
 * <tr><td>rlw</td><td>seed 0</td></tr>
 * <tr><td>uw, imtll, imtl</td><td>learningRate 0.001</td></tr>
 * <tr><td>dwa</td><td>temperature 2</td></tr>
 * <tr><td>stch</td><td>mu 1, warmupEpochs 4</td></tr>
 * <tr><td>famo</td><td>learningRate 0.025, weightDecay 0.001, minimum none</td></tr>
 * <tr><td>gradnorm</td><td>alpha 1.5, learningRate 0.025</td></tr>
 * <tr><td>mgda</td><td>normalization none</td></tr>
 * <tr><td>pcgrad</td><td>variant paper, seed 0</td></tr>
 * <tr><td>gradvac</td><td>beta 0.01, seed 0</td></tr>
 * <tr><td>graddrop</td><td>mean false, leak none, seed 0</td></tr>
 * <tr><td>cagrad</td><td>c 0.4, rescale 1</td></tr>
 * <tr><td>nashmtl</td><td>maxNorm 1</td></tr>
 * <tr><td>alignedmtl</td><td>scale min, preference none</td></tr>
 * <tr><td>fairgrad</td><td>alpha 1</td></tr>
 * <tr><td>upgrad, dualproj</td><td>regularization 0.0001, preference none</td></tr>
 * <tr><td>all</td><td>scope whole_model, updateEvery 1, multiplier 1, taskWeights none</td></tr>
 * </table>
 */
public final class Balancers {

    private static final Map<String, Function<NamedParameters, Weighting>> WEIGHTINGS = methods();

    private Balancers() {}

    private static Map<String, Function<NamedParameters, Weighting>> methods() {
        Map<String, Function<NamedParameters, Weighting>> all = new TreeMap<>();
        all.put("ew", p -> new EqualWeights());
        all.put("constant", p -> new ConstantWeights(p.numbers("weights")));
        all.put("si", p -> new ScaleInvariant());
        all.put("rlw", p -> new RLW(p.integer("seed", 0)));
        all.put("uw", p -> new UW(adam(p, 1e-3)));
        all.put("dwa", p -> new DWA(p.number("temperature", 2)));
        all.put("gls", p -> new GLS());
        all.put("stch", p -> new STCH(p.number("mu", 1), p.integer("warmupEpochs", 4)));
        all.put(
                "famo",
                p -> new FAMO(adam(p, 0.025), p.number("weightDecay", 1e-3), p.numbers("minimum")));
        all.put("imtll", p -> new IMTLL(adam(p, 1e-3)));
        all.put("imtlg", p -> new IMTLG());
        all.put("imtl", p -> new Chained(new IMTLL(adam(p, 1e-3)), new IMTLG()));
        all.put("gradnorm", p -> new GradNorm(p.number("alpha", 1.5), adam(p, 0.025)));
        all.put("mgda", p -> new MGDA(p.choice("normalization", MGDA.Normalization.NONE)));
        all.put(
                "pcgrad",
                p -> new PCGrad(p.choice("variant", PCGrad.Variant.PAPER), p.integer("seed", 0)));
        all.put("gradvac", p -> new GradVac(p.number("beta", 0.01), p.integer("seed", 0)));
        all.put("cagrad", p -> new CAGrad(p.number("c", 0.4), p.integer("rescale", 1)));
        all.put("nashmtl", p -> new NashMTL(1, p.number("maxNorm", 1)));
        all.put(
                "alignedmtl",
                p ->
                        new AlignedMTL(
                                p.choice("scale", AlignedMTL.Scale.MIN), p.numbers("preference")));
        all.put("fairgrad", p -> new FairGrad(p.number("alpha", 1)));
        all.put(
                "upgrad",
                p -> new UPGrad(p.number("regularization", 1e-4), p.numbers("preference")));
        all.put(
                "dualproj",
                p -> new DualProj(p.number("regularization", 1e-4), p.numbers("preference")));
        return all;
    }

    private static Adam adam(NamedParameters parameters, double otherwise) {
        double rate = parameters.number("learningRate", otherwise);
        return new Adam(Check.positive("learningRate", rate));
    }

    /**
     * The known names.
     *
     * @return sorted, lower case
     */
    public static Set<String> names() {
        Set<String> names = new TreeSet<>(WEIGHTINGS.keySet());
        names.add("graddrop");
        return names;
    }

    /**
     * A balancer builder for a named method.
     *
     * @param name one of {@link #names()}
     * @param parameters by name; numbers, strings, booleans or lists of numbers, as JSON has them
     * @return a builder with the method and the parameters set
     * @throws IllegalArgumentException if the name, a parameter's name or its value is wrong
     */
    public static GradientBalancer.Builder byName(String name, Map<String, ?> parameters) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException(
                    "no balancing method is named \"" + name + "\": expected one of " + names());
        }
        NamedParameters p = new NamedParameters(name, parameters);
        Scope scope = p.choice("scope", Scope.WHOLE_MODEL);
        GradientBalancer.Builder builder =
                new GradientBalancer.Builder()
                        .updateEvery(p.integer("updateEvery", 1))
                        .multiplier(p.number("multiplier", 1))
                        .taskWeights(p.numbers("taskWeights"));
        if (name.equals("graddrop")) {
            builder.aggregator(gradDrop(p));
        } else {
            Weighting method = WEIGHTINGS.get(name).apply(p);
            if (scope == Scope.PER_LAYER && !(method instanceof LossWeighting)) {
                builder.weightingPerLayer(() -> WEIGHTINGS.get(name).apply(p));
            } else {
                builder.weighting(method);
            }
        }
        p.refuseOthers();
        return builder.scope(scope);
    }

    private static GradDrop gradDrop(NamedParameters p) {
        return new GradDrop.Builder()
                .mean(p.flag("mean"))
                .leak(p.numbers("leak"))
                .seed(p.integer("seed", 0))
                .build();
    }
}
