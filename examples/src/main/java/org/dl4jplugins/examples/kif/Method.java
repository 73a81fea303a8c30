package org.dl4jplugins.examples.kif;

import java.util.Locale;
import java.util.function.Function;
import org.dl4jplugins.cl.baseline.AdapterPerTask;
import org.dl4jplugins.cl.baseline.AverageGem;
import org.dl4jplugins.cl.baseline.DarkExperienceReplay;
import org.dl4jplugins.cl.baseline.Ewc;
import org.dl4jplugins.cl.baseline.Gem;
import org.dl4jplugins.cl.baseline.Joint;
import org.dl4jplugins.cl.baseline.LearningWithoutForgetting;
import org.dl4jplugins.cl.baseline.MagnitudeMerge;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.baseline.OLora;
import org.dl4jplugins.cl.baseline.Replay;
import org.dl4jplugins.cl.baseline.SynapticIntelligence;
import org.dl4jplugins.cl.baseline.Tasl;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/** The ways of learning that are compared. */
public enum Method {
    /** Each task with no regard to the others. */
    NAIVE("naive (sequential)", false, t -> new Naive()),
    /** Elastic weight consolidation, one penalty for all old tasks. */
    EWC("EWC, online", false, t -> Ewc.online(t.ewcLambda(), 1, t.ewcExamples())),
    /** Synaptic intelligence: a penalty by what each parameter did for the loss. */
    SI("SI", false, t -> new SynapticIntelligence(t.siStrength(), t.siDamping())),
    /** Learning without forgetting: old answers to new inputs stay. */
    LWF("LwF", false, t -> new LearningWithoutForgetting(t.lwfLambda(), t.lwfTemperature())),
    /** Gradients that would harm the memory are projected. */
    AGEM("A-GEM", true, t -> new AverageGem()),
    /** Gradients that would harm the memory of any task are projected. */
    GEM("GEM", true, t -> new Gem(t.gemMargin(), t.gemExamples())),
    /** New examples and as many from memory in each step. */
    REPLAY("replay", true, t -> new Replay()),
    /** Steps on new examples and steps on memory by turns. */
    REPLAY_TURNS("replay by turns", true, t -> Replay.alternating()),
    /** Replay of labels and of the answers of old models. */
    DERPP("DER++", true, t -> new DarkExperienceReplay(t.derAlpha(), t.derBeta(), 0)),
    /** Plain training; a task's largest changes stay. */
    MAGNITUDE(
            "magnitude merge",
            false,
            t -> new MagnitudeMerge.Builder().density(t.mergeDensity()).build()),
    /** Plain training; one fusion by importance at the end of each task. */
    TASL("TaSL", false, t -> new Tasl.Builder().share(t.taslShare()).build()),
    /** New orthogonal increments for each task; only for models with LoRA. */
    OLORA("O-LoRA", false, t -> new OLora.Builder().lambda1(t.oloraLambda()).build()),
    /** A set of parameters for each task, which has to be known when it is tested. */
    ADAPTERS("adapter per task (task known)", false, t -> new AdapterPerTask()),
    /** Recurrent-KIF by the published code's rules. */
    KIF_CODE("Recurrent-KIF, code's rule"),
    /** Recurrent-KIF as in the paper. */
    KIF("Recurrent-KIF"),
    /** Ablation: importances measured in the first cycle of a task only. */
    KIF_STATIC("static importance"),
    /** Ablation: both updates of every element, whatever its importance. */
    KIF_UNMASKED("no identification"),
    /** Ablation: a single cycle per task, fused at its end. */
    KIF_ONCE("one global merge"),
    /** Ablation: soft weights in place of masks. */
    KIF_SOFT("soft weights"),
    /** Ablation: what both sides need stays as it was. */
    KIF_UNSHARED("no shared update"),
    /** All tasks at once: the upper bound. */
    JOINT("joint (upper bound)", false, t -> new Joint());

    private final String title;
    private final boolean memory;
    private final Function<Tuning, ContinualMethod> baseline;

    /** A baseline. */
    Method(String title, boolean memory, Function<Tuning, ContinualMethod> baseline) {
        this.title = title;
        this.memory = memory;
        this.baseline = baseline;
    }

    /** Recurrent-KIF or a variant of it. */
    Method(String title) {
        this(title, true, null);
    }

    /** Its name for people. */
    public String title() {
        return title;
    }

    /** Whether it keeps examples of old tasks. */
    boolean hasMemory() {
        return memory;
    }

    /** A new one, for one training. */
    ContinualMethod create(BenchmarkSettings settings) {
        return baseline == null
                ? new KifVariants(settings).create(this)
                : baseline.apply(settings.tuning());
    }

    /** In lower case, as in settings files. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    static Method of(String key) {
        return valueOf(key.toUpperCase(Locale.ROOT));
    }
}
