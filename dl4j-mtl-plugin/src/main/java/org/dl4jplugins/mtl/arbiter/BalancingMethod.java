package org.dl4jplugins.mtl.arbiter;

import java.util.Optional;
import java.util.OptionalDouble;
import org.dl4jplugins.mtl.balance.AlignedMTL;
import org.dl4jplugins.mtl.balance.CAGrad;
import org.dl4jplugins.mtl.balance.DWA;
import org.dl4jplugins.mtl.balance.DualProj;
import org.dl4jplugins.mtl.balance.FAMO;
import org.dl4jplugins.mtl.balance.FairGrad;
import org.dl4jplugins.mtl.balance.GLS;
import org.dl4jplugins.mtl.balance.GradDrop;
import org.dl4jplugins.mtl.balance.GradNorm;
import org.dl4jplugins.mtl.balance.GradVac;
import org.dl4jplugins.mtl.balance.GradientBalancer;
import org.dl4jplugins.mtl.balance.IMTLG;
import org.dl4jplugins.mtl.balance.IMTLL;
import org.dl4jplugins.mtl.balance.MGDA;
import org.dl4jplugins.mtl.balance.NashMTL;
import org.dl4jplugins.mtl.balance.PCGrad;
import org.dl4jplugins.mtl.balance.RLW;
import org.dl4jplugins.mtl.balance.STCH;
import org.dl4jplugins.mtl.balance.ScaleInvariant;
import org.dl4jplugins.mtl.balance.UPGrad;
import org.dl4jplugins.mtl.balance.UW;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The methods of {@code org.dl4jplugins.mtl.balance} by name, so that a search can choose among
 * them and a file can hold the choice. Some have one number that is worth searching, called their
 * strength here; everything else has the method's default.
 */
public enum BalancingMethod {
    /** Joint training: the sum of the losses. */
    SUM,
    /** {@link ScaleInvariant}. */
    SCALE_INVARIANT,
    /** {@link RLW}. */
    RLW,
    /** {@link UW}. */
    UW,
    /** {@link DWA}; strength: the temperature, default 2. */
    DWA(2),
    /** {@link GLS}. */
    GLS,
    /** {@link GradNorm}; strength: alpha, default 1.5. */
    GRAD_NORM(1.5),
    /** {@link MGDA}. */
    MGDA,
    /** {@link PCGrad} as in the paper. */
    PC_GRAD,
    /** {@link GradVac}; strength: beta, default 0.01. */
    GRAD_VAC(0.01),
    /** {@link GradDrop}. */
    GRAD_DROP,
    /** {@link IMTLG}. */
    IMTL_G,
    /** {@link IMTLL}. */
    IMTL_L,
    /** {@link CAGrad}; strength: c, default 0.2 as in Recon's experiments. */
    CA_GRAD(0.2),
    /** {@link NashMTL}. */
    NASH_MTL,
    /** {@link AlignedMTL}. */
    ALIGNED_MTL,
    /** {@link FAMO}. */
    FAMO,
    /** {@link FairGrad}; strength: alpha, default 1. */
    FAIR_GRAD(1),
    /** {@link UPGrad}. */
    UP_GRAD,
    /** {@link DualProj}. */
    DUAL_PROJ,
    /** {@link STCH}; strength: mu, default 1. */
    STCH(1);

    private static final double GRAD_NORM_RATE = 0.025;
    private static final int STCH_WARMUP = 4;

    private final double strength;

    BalancingMethod() {
        this(Double.NaN);
    }

    BalancingMethod(double strength) {
        this.strength = strength;
    }

    /**
     * The default strength.
     *
     * @return empty if the method has none
     */
    public OptionalDouble defaultStrength() {
        return Double.isNaN(strength) ? OptionalDouble.empty() : OptionalDouble.of(strength);
    }

    /**
     * Makes the listener that applies the method to the whole model. Directions on the scale of the
     * mean gradient (CAGrad, UPGrad, DualProj) are multiplied by the number of tasks, as in Recon's
     * published code.
     *
     * @param strength the method's number; {@code null} for the default, ignored by methods without
     * @param tasks number of tasks, at least 2
     * @param seed of the methods that draw random numbers
     * @return a new listener; empty for {@link #SUM}, which needs none
     * @throws IllegalArgumentException if the method does not accept the strength
     */
    public Optional<GradientBalancer> balancer(Double strength, int tasks, long seed) {
        if (this == SUM) {
            return Optional.empty();
        }
        GradientBalancer.Builder builder = new GradientBalancer.Builder();
        apply(builder, strength == null ? this.strength : strength, seed);
        if (this == CA_GRAD || this == UP_GRAD || this == DUAL_PROJ) {
            builder.multiplier(tasks);
        }
        return Optional.of(builder.build());
    }

    private void apply(GradientBalancer.Builder builder, double s, long seed) {
        switch (this) {
            case SCALE_INVARIANT -> builder.weighting(new ScaleInvariant());
            case RLW -> builder.weighting(new RLW(seed));
            case UW -> builder.weighting(new UW());
            case DWA -> builder.weighting(new DWA(s));
            case GLS -> builder.weighting(new GLS());
            case GRAD_NORM -> builder.weighting(new GradNorm(s, new Adam(GRAD_NORM_RATE)));
            case MGDA -> builder.weighting(new MGDA());
            case PC_GRAD -> builder.weighting(new PCGrad(seed));
            case GRAD_VAC -> builder.weighting(new GradVac(s, seed));
            case GRAD_DROP -> builder.aggregator(new GradDrop.Builder().seed(seed).build());
            case IMTL_G -> builder.weighting(new IMTLG());
            case IMTL_L -> builder.weighting(new IMTLL());
            case CA_GRAD -> builder.weighting(new CAGrad(s));
            case NASH_MTL -> builder.weighting(new NashMTL());
            case ALIGNED_MTL -> builder.weighting(new AlignedMTL());
            case FAMO -> builder.weighting(new FAMO());
            case FAIR_GRAD -> builder.weighting(new FairGrad(s));
            case UP_GRAD -> builder.weighting(new UPGrad());
            case DUAL_PROJ -> builder.weighting(new DualProj());
            case STCH -> builder.weighting(new STCH(s, STCH_WARMUP));
            default -> throw new IllegalStateException("No balancer for " + this);
        }
    }
}
