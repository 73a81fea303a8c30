package org.dl4jplugins.tests.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ImportanceListener;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.cl.importance.WeightTime;
import org.dl4jplugins.core.accel.CpuTuning;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What an {@link ImportanceListener} adds to training steps: with the paper's smoothing and weights
 * before the step, which are Recurrent-KIF's defaults, and with the published code's (uncertainty,
 * weights after the step). Blocks of steps without and with each listener take turns in one
 * process, so that all meet the same machine; the first step of a block, which finds the caches as
 * another kind left them, does not count.
 */
final class ListenerSteps {

    private static final int BLOCK = 5;

    private ListenerSteps() {}

    /**
     * Measures.
     *
     * @param args model (mlp and a batch size, such as mlp64: 784-1000-1000-10; encoder:
     *     MiniLM-L6's size with LoRA on query and value, 16 texts of 64 tokens), warm-up steps,
     *     measured steps of each kind
     */
    public static void main(String[] args) {
        CpuTuning.apply();
        boolean encoder = args[0].equals("encoder");
        ComputationGraph net = encoder ? EncoderSteps.network("shared", 64) : mlp();
        MultiDataSet data =
                encoder
                        ? EncoderSteps.data(16, 64)
                        : pictures(Integer.parseInt(args[0].substring("mlp".length())));
        ParameterSelection selection = ParameterSelection.all(net);
        Map<String, List<TrainingListener>> kinds = new LinkedHashMap<>();
        kinds.put("nothing", List.of());
        kinds.put("before", listener(selection, Smoothing.paper(), WeightTime.BEFORE_STEP));
        kinds.put("after", listener(selection, Smoothing.publishedCode(), WeightTime.AFTER_STEP));
        Map<String, List<Double>> times = new LinkedHashMap<>();
        kinds.keySet().forEach(kind -> times.put(kind, new ArrayList<>()));
        int warmup = Integer.parseInt(args[1]);
        int steps = Integer.parseInt(args[2]);
        for (int i = -warmup; i < steps; i += BLOCK) {
            for (Map.Entry<String, List<TrainingListener>> kind : kinds.entrySet()) {
                net.setListeners(kind.getValue());
                net.fit(data);
                for (int k = 0; k < BLOCK; k++) {
                    double seconds = seconds(net, data);
                    if (i >= 0) {
                        times.get(kind.getKey()).add(seconds);
                    }
                }
            }
        }
        times.values().forEach(Collections::sort);
        List<Double> without = times.remove("nothing");
        times.forEach((kind, with) -> print(args[0], kind, selection.size(), with, without));
    }

    private static List<TrainingListener> listener(
            ParameterSelection selection, Smoothing smoothing, WeightTime time) {
        return List.of(
                new ImportanceListener(new Importance(selection, smoothing, DataType.FLOAT), time));
    }

    private static void print(
            String model, String kind, long params, List<Double> with, List<Double> without) {
        int middle = with.size() / 2;
        System.out.printf(
                Locale.ROOT,
                "listened %s %s params=%d median=%.4f min=%.4f max=%.4f s/step; without: %.4f %.4f;"
                        + " overhead %.1f %% of medians, %.1f %% of minima (target 5)%n",
                model,
                kind,
                params,
                with.get(middle),
                with.get(0),
                with.get(with.size() - 1),
                without.get(middle),
                without.get(0),
                100 * (with.get(middle) / without.get(middle) - 1),
                100 * (with.get(0) / without.get(0) - 1));
    }

    private static double seconds(ComputationGraph net, MultiDataSet data) {
        long start = System.nanoTime();
        net.fit(data);
        return (System.nanoTime() - start) / 1e9;
    }

    private static ComputationGraph mlp() {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .seed(1)
                                .updater(new Adam(1e-3))
                                .graphBuilder()
                                .addInputs("in")
                                .addLayer("a", new DenseLayer.Builder().nOut(1000).build(), "in")
                                .addLayer("b", new DenseLayer.Builder().nOut(1000).build(), "a")
                                .addLayer(
                                        "out",
                                        new OutputLayer.Builder(LossFunction.MCXENT)
                                                .nOut(10)
                                                .build(),
                                        "b")
                                .setOutputs("out")
                                .setInputTypes(InputType.feedForward(784))
                                .build());
        graph.init();
        return graph;
    }

    private static MultiDataSet pictures(int batch) {
        INDArray labels = Nd4j.zeros(batch, 10);
        for (int i = 0; i < batch; i++) {
            labels.putScalar(i, i % 10, 1);
        }
        return new MultiDataSet(
                new INDArray[] {Nd4j.rand(batch, 784)}, new INDArray[] {labels}, null, null);
    }
}
