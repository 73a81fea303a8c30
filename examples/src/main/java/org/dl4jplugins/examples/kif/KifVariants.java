package org.dl4jplugins.examples.kif;

import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.fusion.SoftFusion;
import org.dl4jplugins.cl.fusion.UniformFusion;
import org.dl4jplugins.cl.kif.RecurrentKif;
import org.nd4j.linalg.learning.config.Adam;

/** Recurrent-KIF as in the paper, as in the published code, and with parts taken away. */
record KifVariants(BenchmarkSettings settings) {

    private static final MaskRule SHARED_STAYS = new MaskRule(0, 0, 0, 0);

    RecurrentKif create(Method variant) {
        RecurrentKif.Builder kif =
                new RecurrentKif.Builder()
                        .innerSteps(tuning().innerSteps())
                        .outerSteps(tuning().outerSteps())
                        .outerUpdater(new Adam(tuning().outerRate()))
                        .fusion(masks(MaskRule.paper()));
        switch (variant) {
            case KIF -> {}
            case KIF_CODE -> kif.publishedCode().fusion(masks(MaskRule.publishedCode()));
            case KIF_STATIC -> kif.measureOnce(true);
            case KIF_UNMASKED -> kif.fusion(new UniformFusion(1, 1));
            case KIF_ONCE -> once(kif);
            case KIF_SOFT -> kif.fusion(new SoftFusion(tuning().softTemperature()));
            case KIF_UNSHARED -> kif.fusion(masks(SHARED_STAYS));
            default -> throw new IllegalArgumentException(variant + " is not Recurrent-KIF");
        }
        return kif.build();
    }

    private Tuning tuning() {
        return settings.tuning();
    }

    private MaskFusion masks(MaskRule rule) {
        return new MaskFusion.Builder().quantile(tuning().quantile()).rule(rule).build();
    }

    /** One cycle that takes all steps of a task, in the same shares. */
    private void once(RecurrentKif.Builder kif) {
        int cycle = tuning().innerSteps() + tuning().outerSteps();
        int outer = (int) Math.max(1, settings.steps() * tuning().outerSteps() / cycle);
        kif.innerSteps((int) Math.max(1, settings.steps() - outer)).outerSteps(outer);
    }
}
