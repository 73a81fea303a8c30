package org.dl4jplugins.examples.kif;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.dl4jplugins.cl.baseline.AdapterPerTask;
import org.dl4jplugins.cl.baseline.AverageGem;
import org.dl4jplugins.cl.baseline.Joint;
import org.dl4jplugins.cl.baseline.Naive;
import org.dl4jplugins.cl.baseline.OLora;
import org.dl4jplugins.cl.baseline.Replay;
import org.dl4jplugins.cl.baseline.SynapticIntelligence;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/** The ways of learning that are compared. */
public enum Method {
    /** Each task with no regard to the others. */
    NAIVE("naive (sequential)"),
    /** Elastic weight consolidation, one penalty for all old tasks. */
    EWC("EWC, online"),
    /** Synaptic intelligence: a penalty by what each parameter did for the loss. */
    SI("SI"),
    /** Gradients that would harm the memory are projected. */
    AGEM("A-GEM"),
    /** New examples and as many from memory in each step. */
    REPLAY("replay"),
    /** New orthogonal increments for each task; only for models with LoRA. */
    OLORA("O-LoRA"),
    /** A set of parameters for each task, which has to be known when it is tested. */
    ADAPTERS("adapter per task (task known)"),
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
    JOINT("joint (upper bound)");

    private static final Set<Method> WITHOUT_MEMORY =
            EnumSet.of(NAIVE, EWC, SI, OLORA, ADAPTERS, JOINT);

    private final String title;

    Method(String title) {
        this.title = title;
    }

    /** Its name for people. */
    public String title() {
        return title;
    }

    /** Whether it keeps examples of old tasks. */
    boolean hasMemory() {
        return !WITHOUT_MEMORY.contains(this);
    }

    /** A new one, for one training. */
    ContinualMethod create(BenchmarkSettings settings) {
        Tuning tuning = settings.tuning();
        return switch (this) {
            case NAIVE -> new Naive();
            case JOINT -> new Joint();
            case REPLAY -> new Replay();
            case EWC ->
                    org.dl4jplugins.cl.baseline.Ewc.online(
                            tuning.ewcLambda(), 1, tuning.ewcExamples());
            case SI -> new SynapticIntelligence(tuning.siStrength(), tuning.siDamping());
            case AGEM -> new AverageGem();
            case OLORA -> new OLora.Builder().lambda1(tuning.oloraLambda()).build();
            case ADAPTERS -> new AdapterPerTask();
            default -> new KifVariants(settings).create(this);
        };
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
