package org.dl4jplugins.examples.recon;

import java.util.Locale;
import java.util.Optional;
import org.dl4jplugins.mtl.balance.CAGrad;
import org.dl4jplugins.mtl.balance.GradDrop;
import org.dl4jplugins.mtl.balance.GradientBalancer;
import org.dl4jplugins.mtl.balance.MGDA;
import org.dl4jplugins.mtl.balance.PCGrad;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonValue;

/** The ways of training on several tasks that the paper's table 1 compares. */
public enum Method {
    /** The sum of the losses. */
    JOINT("joint-train"),
    /** Multiple-gradient descent. */
    MGDA("MGDA"),
    /** Gradient sign dropout. */
    GRADDROP("GradDrop"),
    /** Projecting conflicting gradients. */
    PCGRAD("PCGrad"),
    /** Conflict-averse gradient descent. */
    CAGRAD("CAGrad");

    private final String title;

    Method(String title) {
        this.title = title;
    }

    /** As the paper writes it, as it is or with Recon. */
    public String title(boolean recon) {
        return recon ? title + " + Recon" : title;
    }

    /**
     * The listener that trains by this method, none for the plain sum. As in the published code all
     * are on the scale of the sum of the losses.
     */
    Optional<GradientBalancer> balancer(double cagradC, long seed) {
        GradientBalancer.Builder builder = new GradientBalancer.Builder();
        switch (this) {
            case JOINT:
                return Optional.empty();
            case MGDA:
                builder.weighting(new MGDA()).multiplier(MultiFashionMnist.TASKS.size());
                break;
            case GRADDROP:
                builder.aggregator(new GradDrop.Builder().seed(seed).build());
                break;
            case PCGRAD:
                builder.weighting(new PCGrad(seed));
                break;
            case CAGRAD:
                builder.weighting(new CAGrad(cagradC)).multiplier(MultiFashionMnist.TASKS.size());
                break;
            default:
                throw new IllegalStateException("No balancer for " + this);
        }
        return Optional.of(builder.build());
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
