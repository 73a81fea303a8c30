package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * How far a merged network's outputs are from the unmerged one's on given inputs, as measured.
 *
 * @param outputs one for each output of the network
 */
public record MergeReport(List<Output> outputs) {
    /**
     * One output.
     *
     * @param name of the output layer
     * @param maxDifference largest absolute difference; infinite if just one is not finite
     * @param maxMagnitude largest absolute value of the unmerged output
     * @param where index of the largest difference
     * @param unmerged value there
     * @param merged value there
     */
    public record Output(
            String name,
            double maxDifference,
            double maxMagnitude,
            List<Long> where,
            double unmerged,
            double merged) {}

    /** A report. */
    public MergeReport {
        outputs = List.copyOf(outputs);
    }

    /**
     * Compares graphs in inference mode.
     *
     * @param unmerged with increments
     * @param merged from {@link LoraMerge#merge}
     * @param inputs one for each input of the graph
     * @return the differences
     */
    public static MergeReport compare(
            ComputationGraph unmerged, ComputationGraph merged, INDArray... inputs) {
        List<String> names = unmerged.getConfiguration().getNetworkOutputs();
        return of(names, unmerged.output(inputs), merged.output(inputs));
    }

    /**
     * Compares graphs in inference mode, feature masks included.
     *
     * @param unmerged with increments
     * @param merged from {@link LoraMerge#merge}
     * @param data its labels are not used, but label masks are
     * @return the differences
     */
    public static MergeReport compare(
            ComputationGraph unmerged, ComputationGraph merged, MultiDataSet data) {
        List<String> names = unmerged.getConfiguration().getNetworkOutputs();
        return of(names, output(unmerged, data), output(merged, data));
    }

    private static INDArray[] output(ComputationGraph graph, MultiDataSet data) {
        return graph.output(
                false,
                data.getFeatures(),
                data.getFeaturesMaskArrays(),
                data.getLabelsMaskArrays());
    }

    /**
     * Compares networks in inference mode.
     *
     * @param unmerged with increments
     * @param merged from {@link LoraMerge#merge}
     * @param input of the networks
     * @return the difference
     */
    public static MergeReport compare(
            MultiLayerNetwork unmerged, MultiLayerNetwork merged, INDArray input) {
        return of(
                List.of("output"),
                new INDArray[] {unmerged.output(input)},
                new INDArray[] {merged.output(input)});
    }

    /**
     * Compares networks in inference mode, feature masks included.
     *
     * @param unmerged with increments
     * @param merged from {@link LoraMerge#merge}
     * @param data its labels are not used, but label masks are
     * @return the difference
     */
    public static MergeReport compare(
            MultiLayerNetwork unmerged, MultiLayerNetwork merged, DataSet data) {
        return of(
                List.of("output"),
                new INDArray[] {output(unmerged, data)},
                new INDArray[] {output(merged, data)});
    }

    private static INDArray output(MultiLayerNetwork network, DataSet data) {
        return network.output(
                data.getFeatures(), false, data.getFeaturesMaskArray(), data.getLabelsMaskArray());
    }

    /**
     * Compares outputs that are there already, as of one network before and after {@link
     * LoraMerge#mergeInPlace}.
     *
     * @param names of the outputs
     * @param unmerged outputs in this order
     * @param merged outputs of the same shapes
     * @return the differences
     */
    public static MergeReport of(List<String> names, INDArray[] unmerged, INDArray[] merged) {
        List<Output> outputs = new ArrayList<>();
        for (int i = 0; i < unmerged.length; i++) {
            if (!Arrays.equals(unmerged[i].shape(), merged[i].shape())) {
                throw new IllegalArgumentException(
                        "Output "
                                + names.get(i)
                                + " has shape "
                                + Arrays.toString(unmerged[i].shape())
                                + " unmerged and "
                                + Arrays.toString(merged[i].shape())
                                + " merged");
            }
            outputs.add(Differences.of(names.get(i), unmerged[i], merged[i]));
        }
        return new MergeReport(outputs);
    }

    /**
     * Largest difference of all outputs.
     *
     * @return absolute, in the outputs' units
     */
    public double maxDifference() {
        return outputs.stream().mapToDouble(Output::maxDifference).max().orElse(0);
    }

    /**
     * Requires that merged and unmerged outputs agree.
     *
     * @param tolerance largest absolute difference that is accepted; rounding in FLOAT makes some
     *     1e-6 times the outputs' magnitude, more for deep networks
     * @return this
     * @throws IllegalStateException naming output, place and values, if they differ by more
     */
    public MergeReport requireAtMost(double tolerance) {
        for (Output o : outputs) {
            if (!(o.maxDifference() <= tolerance)) {
                throw new IllegalStateException(
                        String.format(
                                Locale.ROOT,
                                "Merged differs from unmerged: output \"%s\" by %.4g at %s"
                                        + " (unmerged %.7g, merged %.7g), allowed is %.4g. Were"
                                        + " adapters switched, masks set or weights trained after"
                                        + " merging?",
                                o.name(),
                                o.maxDifference(),
                                o.where(),
                                o.unmerged(),
                                o.merged(),
                                tolerance));
            }
        }
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Output o : outputs) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            "Output \"%s\": merged and unmerged differ by at most %.4g (values up"
                                    + " to %.4g)%n",
                            o.name(),
                            o.maxDifference(),
                            o.maxMagnitude()));
        }
        return text.toString();
    }
}
