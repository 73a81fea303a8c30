package org.dl4jplugins.tests.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
 * What an {@link ImportanceListener} with the published code's settings (uncertainty, weights after
 * the step) adds to training steps. Steps with and without it alternate in one process, so that
 * both meet the same machine.
 */
final class ListenerSteps {

    private ListenerSteps() {}

    /**
     * Measures.
     *
     * @param args model (mlp: 784-1000-1000-10, batch 64; encoder: MiniLM-L6's size with LoRA on
     *     query and value, 16 texts of 64 tokens), warm-up steps, measured steps of each kind
     */
    public static void main(String[] args) {
        CpuTuning.apply();
        boolean encoder = args[0].equals("encoder");
        ComputationGraph net = encoder ? EncoderSteps.network("shared", 64) : mlp();
        MultiDataSet data = encoder ? EncoderSteps.data(16, 64) : pictures();
        ParameterSelection selection = ParameterSelection.all(net);
        Importance importance =
                new Importance(selection, Smoothing.publishedCode(), DataType.FLOAT);
        List<TrainingListener> listener =
                List.of(new ImportanceListener(importance, WeightTime.AFTER_STEP));
        int warmup = Integer.parseInt(args[1]);
        int steps = Integer.parseInt(args[2]);
        double[] plain = new double[steps];
        double[] listened = new double[steps];
        for (int i = -warmup; i < steps; i++) {
            net.setListeners(List.of());
            double without = seconds(net, data);
            net.setListeners(listener);
            double with = seconds(net, data);
            if (i >= 0) {
                plain[i] = without;
                listened[i] = with;
            }
        }
        Arrays.sort(plain);
        Arrays.sort(listened);
        System.out.printf(
                Locale.ROOT,
                "listened %s params=%d median=%.4f min=%.4f max=%.4f s/step; without: %.4f %.4f;"
                        + " overhead %.1f %% of medians, %.1f %% of minima (target 5)%n",
                args[0],
                selection.size(),
                listened[steps / 2],
                listened[0],
                listened[steps - 1],
                plain[steps / 2],
                plain[0],
                100 * (listened[steps / 2] / plain[steps / 2] - 1),
                100 * (listened[0] / plain[0] - 1));
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

    private static MultiDataSet pictures() {
        INDArray labels = Nd4j.zeros(64, 10);
        for (int i = 0; i < 64; i++) {
            labels.putScalar(i, i % 10, 1);
        }
        return new MultiDataSet(
                new INDArray[] {Nd4j.rand(64, 784)}, new INDArray[] {labels}, null, null);
    }
}
