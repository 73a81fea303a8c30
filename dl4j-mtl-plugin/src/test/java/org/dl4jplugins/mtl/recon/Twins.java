package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What a modified network must compute, from one unmodified network per task that has this task's
 * copies as its layers.
 */
final class Twins {
    private final ComputationGraph modified;
    private final List<String> tasks;
    private final List<ComputationGraph> perTask = new ArrayList<>();

    Twins(ComputationGraph original, ComputationGraph modified) {
        this.modified = modified;
        tasks = original.getConfiguration().getNetworkOutputs();
        for (String task : tasks) {
            // clone() forgets the axis of merge vertices
            ComputationGraph twin =
                    new ComputationGraph(
                            ComputationGraphConfiguration.fromJson(
                                    original.getConfiguration().toJson()));
            twin.init(original.params(), true);
            for (Map.Entry<String, INDArray> entry : twin.paramTable().entrySet()) {
                String source = source(entry.getKey(), task);
                if (source != null) {
                    entry.getValue().assign(modified.paramTable().get(source));
                }
            }
            perTask.add(twin);
        }
    }

    /** Key of the parameter of the modified network that a task uses in an original one's place. */
    private String source(String key, String task) {
        int cut = key.lastIndexOf('_');
        String copy =
                ReconPlan.copyName(key.substring(0, cut), task) + "_" + key.substring(cut + 1);
        if (modified.paramTable().containsKey(copy)) {
            return copy;
        }
        return modified.paramTable().containsKey(key) ? key : null;
    }

    void assertSameOutputs(MultiDataSet data, boolean training, double tolerance) {
        for (int t = 0; t < tasks.size(); t++) {
            INDArray expected = outputs(perTask.get(t), data, training)[t];
            INDArray actual = outputs(modified, data, training)[t];
            assertClose("output " + tasks.get(t), expected, actual, tolerance);
        }
    }

    private static INDArray[] outputs(ComputationGraph net, MultiDataSet data, boolean training) {
        net.clear();
        net.setLabels((INDArray[]) null);
        return net.output(training, data.getFeatures(), data.getFeaturesMaskArrays(), null);
    }

    /** Gradients of shared parameters are sums over the tasks, a copy's is its task's. */
    void assertSameGradients(MultiDataSet data, double tolerance) {
        Map<String, INDArray> expected = new LinkedHashMap<>();
        double loss = 0;
        for (int t = 0; t < tasks.size(); t++) {
            ComputationGraph twin = perTask.get(t);
            Map<String, INDArray> gradient = gradient(twin, only(t, data));
            loss += twin.score();
            for (Map.Entry<String, INDArray> entry : gradient.entrySet()) {
                String source = source(entry.getKey(), tasks.get(t));
                if (source != null && !isRunningStatistic(source)) {
                    expected.merge(source, entry.getValue().dup(), INDArray::add);
                }
            }
        }
        Map<String, INDArray> actual = gradient(modified, data);
        assertEquals(loss, modified.score(), tolerance);
        for (Map.Entry<String, INDArray> entry : expected.entrySet()) {
            assertClose(
                    "gradient of " + entry.getKey(),
                    entry.getValue(),
                    actual.get(entry.getKey()),
                    tolerance);
        }
        long trainable =
                modified.paramTable().keySet().stream().filter(k -> !isRunningStatistic(k)).count();
        assertEquals(trainable, expected.size());
    }

    /** Gradient of a task's mean loss in its own network, for the trainable part of a layer. */
    INDArray taskGradient(int task, SharedLayer layer, MultiDataSet data) {
        gradient(perTask.get(task), only(task, data));
        INDArray all = perTask.get(task).getLayer(layer.name()).getGradientsViewArray();
        return all.reshape(all.length())
                .get(NDArrayIndex.interval(0, layer.parameters()))
                .div(TestNets.BATCH);
    }

    static boolean isRunningStatistic(String key) {
        return key.endsWith("_mean") || key.endsWith("_var") || key.endsWith("_log10stdev");
    }

    static Map<String, INDArray> gradient(ComputationGraph net, MultiDataSet data) {
        net.clear();
        net.setInputs(data.getFeatures());
        net.setLabels(data.getLabels());
        net.setLayerMaskArrays(data.getFeaturesMaskArrays(), data.getLabelsMaskArrays());
        net.computeGradientAndScore();
        Map<String, INDArray> copy = new LinkedHashMap<>();
        net.gradient().gradientForVariable().forEach((k, v) -> copy.put(k, v.dup()));
        net.clearLayerMaskArrays();
        return copy;
    }

    /** The data with the labels of all tasks but one masked out. */
    private MultiDataSet only(int task, MultiDataSet data) {
        INDArray[] masks = new INDArray[tasks.size()];
        for (int t = 0; t < masks.length; t++) {
            INDArray given =
                    data.getLabelsMaskArrays() == null ? null : data.getLabelsMaskArrays()[t];
            INDArray labels = data.getLabels(t);
            long second = labels.rank() == 3 ? labels.size(2) : 1;
            masks[t] = t == task ? given : Nd4j.zeros(DataType.DOUBLE, labels.size(0), second);
        }
        return new MultiDataSet(
                data.getFeatures(), data.getLabels(), data.getFeaturesMaskArrays(), masks);
    }

    static void assertClose(String what, INDArray expected, INDArray actual, double tolerance) {
        INDArray same = expected.reshape(actual.shape());
        double difference = same.sub(actual).amaxNumber().doubleValue();
        assertTrue(difference <= tolerance, what + " differs by " + difference);
    }
}
