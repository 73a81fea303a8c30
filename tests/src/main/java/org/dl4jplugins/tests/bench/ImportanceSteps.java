package org.dl4jplugins.tests.bench;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.dl4jplugins.cl.fusion.Fusion;
import org.dl4jplugins.cl.fusion.MaskFusion;
import org.dl4jplugins.cl.fusion.MaskRule;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.importance.Smoothing;
import org.dl4jplugins.core.accel.CpuTuning;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * One measurement in a process of its own: what Recurrent-KIF computes on the parameters of dense
 * layers of 1000 x 1000, without any training.
 */
final class ImportanceSteps {
    private static final int WIDTH = 1000;

    private final ParameterSelection selection;
    private final INDArray parameters;
    private final INDArray gradient;
    private final Importance inner;
    private final Importance outer;
    private final INDArray start;
    private final INDArray afterInner;
    private final INDArray afterOuter;
    private final Fusion fusion = new MaskFusion.Builder().rule(MaskRule.publishedCode()).build();

    private ImportanceSteps(long size) {
        Nd4j.getRandom().setSeed(1);
        ComputationGraph graph = graph((int) Math.max(1, size / (WIDTH * WIDTH)));
        selection = ParameterSelection.all(graph);
        parameters = graph.params();
        gradient = Nd4j.randn(DataType.FLOAT, 1, parameters.length());
        inner = new Importance(selection, Smoothing.publishedCode(), DataType.FLOAT);
        outer = new Importance(selection, Smoothing.publishedCode(), DataType.FLOAT);
        outer.update(gradient, parameters, 2);
        start = Nd4j.randn(DataType.FLOAT, selection.size());
        afterInner = Nd4j.randn(DataType.FLOAT, selection.size());
        afterOuter = Nd4j.randn(DataType.FLOAT, selection.size());
    }

    /**
     * Measures.
     *
     * @param args mode (step, update, fusion, cycle), parameters, warm-up steps, measured steps
     */
    public static void main(String[] args) {
        CpuTuning.apply();
        ImportanceSteps steps = new ImportanceSteps(Long.parseLong(args[1]));
        Runnable work =
                switch (args[0]) {
                    case "step" -> steps::step;
                    case "update" -> steps::update;
                    case "fusion" -> steps::fuse;
                    case "cycle" -> steps::cycle;
                    default -> throw new IllegalArgumentException("unknown mode " + args[0]);
                };
        StepTimer.print(
                "importance-" + args[0] + " params=" + steps.selection.size(),
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                work);
    }

    /** As in the PyTorch script, but for masks of both sides where that has one. */
    private void step() {
        update();
        fuse();
    }

    private void update() {
        inner.update(parameters, gradient, 1);
    }

    private void fuse() {
        fusion.fuse(start, afterInner, afterOuter, inner, outer);
    }

    /** All that the method adds to 8 steps on a new task and 4 on memory. */
    private void cycle() {
        selection.gather(parameters, start);
        inner.reset();
        for (int i = 0; i < 8; i++) {
            inner.update(parameters, gradient, 1);
        }
        selection.gather(parameters, afterInner);
        for (int i = 0; i < 4; i++) {
            outer.update(parameters, gradient, 1);
        }
        selection.gather(parameters, afterOuter);
        fuse();
        selection.scatter(afterOuter, parameters);
    }

    private static ComputationGraph graph(int layers) {
        ComputationGraphConfiguration.GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .updater(new Sgd(0.1))
                        .weightInit(WeightInit.NORMAL)
                        .graphBuilder()
                        .addInputs("in");
        String last = "in";
        for (int i = 0; i < layers; i++) {
            String name = "dense" + i;
            DenseLayer layer =
                    new DenseLayer.Builder().nIn(WIDTH).nOut(WIDTH).hasBias(false).build();
            builder.addLayer(name, layer, last);
            last = name;
        }
        OutputLayer head = new OutputLayer.Builder().nIn(WIDTH).nOut(2).hasBias(false).build();
        ComputationGraph graph =
                new ComputationGraph(builder.addLayer("out", head, last).setOutputs("out").build());
        graph.init();
        return graph;
    }
}
