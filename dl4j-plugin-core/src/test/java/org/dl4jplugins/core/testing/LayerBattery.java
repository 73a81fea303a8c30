package org.dl4jplugins.core.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.DynamicTest;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What every layer and vertex must pass before anyone may use it.
 *
 * <p>Give it a small graph (a few hundred parameters at most) that holds the layer between stock
 * layers: a trainable one below shows whether the layer hands the right gradient on. Use a smooth
 * activation and an updater with state, such as Adam. The checks are those of {@link BatteryCheck};
 * global data types are as before afterwards.
 *
 * <pre>{@code
 * LayerBattery.of(() -> configuration()).inputs(x).labels(y).featureMasks(mask).run();
 * }</pre>
 */
public final class LayerBattery {
    private final Supplier<ComputationGraphConfiguration> configuration;
    private final Set<BatteryCheck> checks = EnumSet.allOf(BatteryCheck.class);
    private INDArray[] inputs = {};
    private INDArray[] labels = {};
    private INDArray[] featureMasks;
    private INDArray[] labelMasks;
    private long[] seeds = {12345, 7};

    private LayerBattery(Supplier<ComputationGraphConfiguration> configuration) {
        this.configuration = configuration;
    }

    /**
     * Starts a battery.
     *
     * @param configuration makes a small graph around the layer or vertex, a new one at each call
     * @return a battery without a batch
     */
    public static LayerBattery of(Supplier<ComputationGraphConfiguration> configuration) {
        return new LayerBattery(configuration);
    }

    /**
     * Sets the inputs of the batch.
     *
     * @param inputs one for each network input, the batch along axis 0
     * @return this
     */
    public LayerBattery inputs(INDArray... inputs) {
        this.inputs = inputs.clone();
        return this;
    }

    /**
     * Sets the labels of the batch.
     *
     * @param labels one for each network output
     * @return this
     */
    public LayerBattery labels(INDArray... labels) {
        this.labels = labels.clone();
        return this;
    }

    /**
     * Sets the masks of the inputs, none by default. If an output has a value for each time step,
     * it needs a label mask as well, or its masked steps count.
     *
     * @param masks one for each input, null for none; [batch, time] or [batch, 1]
     * @return this
     */
    public LayerBattery featureMasks(INDArray... masks) {
        this.featureMasks = masks.clone();
        return this;
    }

    /**
     * Sets the masks of the labels, none by default.
     *
     * @param masks one for each output, null for none; [batch, time], [batch, 1] or the labels'
     *     shape
     * @return this
     */
    public LayerBattery labelMasks(INDArray... masks) {
        this.labelMasks = masks.clone();
        return this;
    }

    /**
     * Sets the seeds of parameters and random numbers.
     *
     * @param seeds the gradient check uses each, the others the first; 12345 and 7 by default
     * @return this
     */
    public LayerBattery seeds(long... seeds) {
        this.seeds = seeds.clone();
        return this;
    }

    /**
     * Leaves checks out, for a layer that documents why.
     *
     * @param left checks that are not run
     * @return this
     */
    public LayerBattery without(BatteryCheck... left) {
        checks.removeAll(Arrays.asList(left));
        return this;
    }

    /**
     * Runs all checks, also after a failure.
     *
     * @throws AssertionError if any fails; its message names each with its reason
     */
    public void run() {
        List<String> failures = new ArrayList<>();
        AssertionError error = new AssertionError();
        for (BatteryCheck check : planned()) {
            Throwable failure = failure(check);
            if (failure != null) {
                failures.add(check + ": " + failure.getMessage());
                error.addSuppressed(failure);
            }
        }
        if (!failures.isEmpty()) {
            AssertionError all = new AssertionError(String.join("\n", failures));
            Arrays.stream(error.getSuppressed()).forEach(all::addSuppressed);
            throw all;
        }
    }

    /**
     * The checks as tests of their own, for {@code @TestFactory}.
     *
     * @return one test for each check, named after it
     */
    public Stream<DynamicTest> tests() {
        return planned().stream()
                .map(check -> DynamicTest.dynamicTest(check.name(), () -> rethrow(check)));
    }

    private void rethrow(BatteryCheck check) throws Throwable {
        Throwable failure = failure(check);
        if (failure != null) {
            throw failure;
        }
    }

    private List<BatteryCheck> planned() {
        boolean masked = featureMasks != null || labelMasks != null;
        return checks.stream().filter(c -> masked || c != BatteryCheck.MASKS).toList();
    }

    private Throwable failure(BatteryCheck check) {
        if (inputs.length == 0 || labels.length == 0 || seeds.length == 0) {
            throw new IllegalStateException("the battery needs inputs, labels and a seed");
        }
        Subject subject =
                new Subject(configuration, inputs, labels, featureMasks, labelMasks, seeds);
        DataType type = Nd4j.dataType();
        DataType floatingType = Nd4j.defaultFloatingPointType();
        try {
            check.body().run(subject);
            return null;
        } catch (Exception | AssertionError | StackOverflowError failure) {
            return failure;
        } finally {
            Nd4j.setDefaultDataTypes(type, floatingType);
        }
    }
}
