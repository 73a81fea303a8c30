package org.dl4jplugins.core.testing;

import java.util.Arrays;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What the battery examines: a network and a batch.
 *
 * @param configuration makes a new configuration for each network, as networks change theirs
 * @param inputs one array for each network input
 * @param labels one array for each network output
 * @param featureMasks one for each input (its elements may be null), or null
 * @param labelMasks one for each output (its elements may be null), or null
 * @param seeds for parameters and random numbers
 */
record Subject(
        Supplier<ComputationGraphConfiguration> configuration,
        INDArray[] inputs,
        INDArray[] labels,
        INDArray[] featureMasks,
        INDArray[] labelMasks,
        long[] seeds) {

    /** A new network whose parameters follow from the seed alone. */
    ComputationGraph network(long seed) {
        ComputationGraph network = new ComputationGraph(configuration.get());
        network.init();
        network.setParams(parameters(network, seed));
        return network;
    }

    ComputationGraph inDouble(long seed) {
        return network(seed).convertDataType(DataType.DOUBLE);
    }

    /**
     * Running statistics and the like keep their initial values: a variance must not be negative.
     */
    private static INDArray parameters(ComputationGraph network, long seed) {
        Nd4j.getRandom().setSeed(seed);
        INDArray all = network.params().dup();
        INDArray noise = Nd4j.randn(all.dataType(), all.shape()).muli(0.1);
        return all.addi(noise.muli(trainable(network)));
    }

    private static INDArray trainable(ComputationGraph network) {
        INDArray before = network.params().dup();
        network.params().assign(1);
        for (var vertex : network.getVertices()) {
            if (vertex.numParams() > 0) {
                vertex.paramTable(false)
                        .forEach(
                                (key, value) -> {
                                    if (!vertex.updaterDivideByMinibatch(key)) {
                                        value.assign(0);
                                    }
                                });
            }
        }
        INDArray ones = network.params().dup();
        network.params().assign(before);
        return ones;
    }

    MultiDataSet batch(DataType type) {
        return batch(type, inputs, labels);
    }

    MultiDataSet batch(DataType type, INDArray[] changedInputs, INDArray[] changedLabels) {
        return new MultiDataSet(
                cast(changedInputs, type),
                cast(changedLabels, type),
                cast(featureMasks, type),
                cast(labelMasks, type));
    }

    /** One step of training with random numbers of its own. */
    static void fit(ComputationGraph network, MultiDataSet batch, long seed) {
        Nd4j.getRandom().setSeed(seed);
        network.fit(batch);
    }

    /** Outputs at inference, detached, whatever batch came before. */
    static INDArray[] outputs(ComputationGraph network, MultiDataSet batch) {
        network.clear();
        network.setLabels((INDArray[]) null);
        INDArray[] outputs =
                network.output(
                        false,
                        batch.getFeatures(),
                        batch.getFeaturesMaskArrays(),
                        batch.getLabelsMaskArrays());
        INDArray[] kept = Arrays.stream(outputs).map(INDArray::dup).toArray(INDArray[]::new);
        network.clearLayerMaskArrays();
        return kept;
    }

    /** Gradients of all parameters, summed over the batch, before any updater. */
    static INDArray gradient(ComputationGraph network, MultiDataSet batch, long seed) {
        Nd4j.getRandom().setSeed(seed);
        network.setInputs(batch.getFeatures());
        network.setLabels(batch.getLabels());
        network.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
        network.computeGradientAndScore();
        INDArray gradient = network.getFlattenedGradients().dup();
        network.clearLayerMaskArrays();
        return gradient;
    }

    static void workspaces(ComputationGraph network, WorkspaceMode mode) {
        network.getConfiguration().setTrainingWorkspaceMode(mode);
        network.getConfiguration().setInferenceWorkspaceMode(mode);
    }

    private static INDArray[] cast(INDArray[] arrays, DataType type) {
        return arrays == null
                ? null
                : Arrays.stream(arrays)
                        .map(
                                a ->
                                        a == null
                                                ? null
                                                : a.dataType() == type ? a.dup() : a.castTo(type))
                        .toArray(INDArray[]::new);
    }
}
