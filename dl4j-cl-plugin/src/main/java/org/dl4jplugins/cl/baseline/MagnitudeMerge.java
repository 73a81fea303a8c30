package org.dl4jplugins.cl.baseline;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.train.ContinualMethod;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Plain training, and after each task but the first one merge by magnitude: of the task vector tau,
 * what the task changed the parameters by, only the elements with the largest |tau| are added to
 * the old parameters, {@code theta_old + scale mask tau}. Adding scaled task vectors is task
 * arithmetic (Ilharco et al., ICLR 2023), trimming them by magnitude is the first step of TIES
 * (Yadav et al., NeurIPS 2023; it keeps 20 % per task vector) and the pruning that DARE (Yu et al.,
 * ICML 2024) is compared to; kept elements are not rescaled by 1 / density.
 *
 * <p>Trained parameters that are not selected keep their update. It holds one array of the selected
 * parameters, and five more during a merge.
 */
public final class MagnitudeMerge implements ContinualMethod {

    private final double density;
    private final double scale;
    private final boolean perTensor;
    private final String parameters;
    private BeforeTask before;

    private MagnitudeMerge(Builder builder) {
        this.density = builder.density;
        this.scale = builder.scale;
        this.perTensor = builder.perTensor;
        this.parameters = builder.parameters;
    }

    @Override
    public String describe() {
        return String.format(
                "magnitude merge density %s scale %s%s%s",
                density,
                scale,
                perTensor ? " per tensor" : "",
                parameters == null ? "" : " " + parameters);
    }

    @Override
    public void validate(Learner learner) {
        before = new BeforeTask(learner.graph(), parameters);
    }

    @Override
    public void beforeTask(Learner learner) {
        before.remember();
    }

    @Override
    public void step(Learner learner, MultiDataSet batch) {
        learner.fit(batch);
    }

    @Override
    public void afterTask(Learner learner) {
        if (learner.task() == 0) {
            return;
        }
        INDArray tau = before.now().subi(before.values());
        Importance magnitude = before.importance();
        magnitude.restore(Transforms.abs(tau), null, 1);
        INDArray after = tau.muli(scale).addi(before.values());
        before.fuse(fusion(), after, magnitude, before.importance());
    }

    private Fusion fusion() {
        MaskRule all = new MaskRule(1, 1, 1, 1);
        return new MaskFusion.Builder()
                .quantile(density == 1 ? 0 : 1 - density)
                .perTensor(perTensor)
                .rule(density == 1 ? all : MaskRule.paper())
                .build();
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        before.write(out);
    }

    @Override
    public void restore(Learner learner, DataInputStream in) throws IOException {
        before.read(in);
    }

    /** Collects settings: a fifth of all selected elements together, not scaled. */
    public static final class Builder {
        private double density = 0.2;
        private double scale = 1;
        private boolean perTensor;
        private String parameters;

        /**
         * @param density share of the elements that keep their update, in (0, 1]; 0.2 by default
         */
        public Builder density(double density) {
            this.density = density;
            return this;
        }

        /**
         * @param scale what the kept update is multiplied with, above 0; 1 by default
         */
        public Builder scale(double scale) {
            this.scale = scale;
            return this;
        }

        /**
         * @param perTensor whether each parameter array keeps the same share; false by default: all
         *     arrays together do
         */
        public Builder perTensor(boolean perTensor) {
            this.perTensor = perTensor;
            return this;
        }

        /**
         * @param regex of the names of the parameters that are merged, such as {@code
         *     ".*\\.lora[AB]\\..*"}; by default all that are trained
         */
        public Builder parameters(String regex) {
            this.parameters = regex;
            return this;
        }

        /**
         * @throws IllegalArgumentException if density is outside (0, 1] or scale not above 0
         */
        public MagnitudeMerge build() {
            if (!(density > 0 && density <= 1)) {
                throw new IllegalArgumentException("density must be in (0, 1], got " + density);
            }
            if (!(scale > 0 && Double.isFinite(scale))) {
                throw new IllegalArgumentException(
                        "scale must be finite and above 0, got " + scale);
            }
            return new MagnitudeMerge(this);
        }
    }
}
