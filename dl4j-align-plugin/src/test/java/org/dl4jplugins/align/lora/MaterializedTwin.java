package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The brute force way: a plain graph with W + scaling A B as its weights. Its outputs are the
 * adapted graph's, and by the chain rule its dW gives the gradients of A and B.
 */
final class MaterializedTwin {
    private MaterializedTwin() {}

    static void check(ComputationGraphConfiguration conf, LoraConfig config, MultiDataSet data) {
        for (BasePlacement placement : BasePlacement.values()) {
            for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
                conf.setDataType(type);
                ComputationGraph plain = new ComputationGraph(conf.clone());
                plain.init();
                check(plain, config, placement, data);
            }
        }
    }

    private static void check(
            ComputationGraph plain, LoraConfig config, BasePlacement placement, MultiDataSet data) {
        double tolerance = plain.params().dataType() == DataType.DOUBLE ? 1e-8 : 2e-4;
        ComputationGraph adapted =
                new LoraTransformer.Builder(plain)
                        .config(config.toBuilder().base(placement).build())
                        .build()
                        .transform();
        ComputationGraph twin = plain.clone();
        for (org.deeplearning4j.nn.api.Layer layer : adapted.getLayers()) {
            if (layer instanceof LoraRuntime lora) {
                materialize(lora, twin);
            }
        }
        Gradient expected = gradient(twin, data);
        Gradient actual = gradient(adapted, data);
        compare("score", Nd4j.scalar(twin.score()), Nd4j.scalar(adapted.score()), tolerance);
        INDArray[] out = twin.output(false, data.getFeatures(), data.getFeaturesMaskArrays());
        INDArray[] own = adapted.output(false, data.getFeatures(), data.getFeaturesMaskArrays());
        for (int i = 0; i < out.length; i++) {
            compare("output " + i, out[i], own[i], tolerance);
        }
        int checked = 0;
        for (org.deeplearning4j.nn.api.Layer layer : adapted.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            if (layer instanceof LoraRuntime lora) {
                for (LoraIncrement i : lora.layerConf().getIncrements()) {
                    INDArray dw = expected.getGradientFor(name + "_" + i.getMatrix());
                    LoraMatrix matrix = lora.layerConf().matrix(i.getMatrix());
                    dw = lora.layerConf().getKind().view(matrix, dw).dup().mul(i.getScaling());
                    INDArray a = lora.getParam(i.keyA());
                    INDArray b = lora.getParam(i.keyB());
                    compare(
                            name + " dA",
                            dw.mmul(b.transpose()),
                            actual.getGradientFor(name + "_" + i.keyA()),
                            tolerance);
                    compare(
                            name + " dB",
                            a.transpose().mmul(dw),
                            actual.getGradientFor(name + "_" + i.keyB()),
                            tolerance);
                    checked++;
                }
            } else {
                for (Map.Entry<String, INDArray> p : layer.paramTable().entrySet()) {
                    String key = name + "_" + p.getKey();
                    compare(
                            key,
                            expected.getGradientFor(key),
                            actual.getGradientFor(key),
                            tolerance);
                }
            }
        }
        assertTrue(checked > 0);
    }

    /** Random increments on both, as parameters here and as weights there. */
    private static void materialize(LoraRuntime lora, ComputationGraph twin) {
        String name = lora.layerConf().getLayerName();
        for (LoraIncrement i : lora.layerConf().getIncrements()) {
            INDArray a = lora.getParam(i.keyA());
            INDArray b = lora.getParam(i.keyB());
            a.assign(Nd4j.randn(a.shape()).muli(0.3));
            b.assign(Nd4j.randn(b.shape()).muli(0.3));
            LoraMatrix matrix = lora.layerConf().matrix(i.getMatrix());
            INDArray w = twin.getLayer(name).paramTable().get(i.getMatrix());
            lora.layerConf().getKind().view(matrix, w).addi(a.mmul(b).muli(i.getScaling()));
        }
    }

    private static Gradient gradient(ComputationGraph graph, MultiDataSet data) {
        graph.setInputs(data.getFeatures());
        graph.setLabels(data.getLabels());
        graph.setLayerMaskArrays(data.getFeaturesMaskArrays(), data.getLabelsMaskArrays());
        graph.computeGradientAndScore();
        return graph.gradient();
    }

    private static void compare(String what, INDArray expected, INDArray actual, double tolerance) {
        INDArray difference =
                actual.reshape('c', expected.shape())
                        .castTo(DataType.DOUBLE)
                        .sub(expected.castTo(DataType.DOUBLE));
        double scale = 1 + expected.normmaxNumber().doubleValue();
        double error = difference.normmaxNumber().doubleValue() / scale;
        assertTrue(error < tolerance, what + ": relative error " + error);
        assertTrue(actual.normmaxNumber().doubleValue() > 0, what + " is zero");
    }
}
