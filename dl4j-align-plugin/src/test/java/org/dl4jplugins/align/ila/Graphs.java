package org.dl4jplugins.align.ila;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Networks and data for tests. */
final class Graphs {

    private Graphs() {}

    /** Dense layers d0, d1, ... of equal width with tanh, then an output layer. */
    static ComputationGraph mlp(int layers, int width, long seed) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .dataType(DataType.DOUBLE)
                        .seed(seed)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("in");
        String below = "in";
        for (int i = 0; i < layers; i++) {
            builder.addLayer("d" + i, dense(width), below);
            below = "d" + i;
        }
        builder.addLayer("out", output(width), below);
        ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
        graph.init();
        return graph;
    }

    /** Increments on all layers but the output. */
    static ComputationGraph lora(ComputationGraph base, LoraConfig.Builder config) {
        return new LoraTransformer.Builder(base).config(config.build()).build().transform();
    }

    static INDArray random(long seed, long... shape) {
        INDArray values = Nd4j.create(DataType.DOUBLE, shape);
        Random random = new Random(seed);
        double[] numbers = new double[(int) values.length()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextGaussian();
        }
        return Nd4j.createFromArray(numbers).reshape('c', shape);
    }

    /** Dense layers d0, d1, ... side by side, each on its own part of the input. */
    static ComputationGraph branches(int layers, int width, long seed) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .dataType(DataType.DOUBLE)
                        .seed(seed)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("in");
        String[] names = new String[layers];
        for (int i = 0; i < layers; i++) {
            names[i] = "d" + i;
            builder.addVertex("part" + i, new SubsetVertex(i * width, i * width + width - 1), "in");
            builder.addLayer(names[i], dense(width), "part" + i);
        }
        builder.addVertex("all", new MergeVertex(), names)
                .addLayer("out", output(layers * width), "all");
        ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
        graph.init();
        return graph;
    }

    private static DenseLayer dense(int width) {
        return new DenseLayer.Builder().nIn(width).nOut(width).activation(Activation.TANH).build();
    }

    private static OutputLayer output(int width) {
        return new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .nIn(width)
                .nOut(4)
                .activation(Activation.IDENTITY)
                .build();
    }

    /** What a teacher says to random inputs, with noise, in batches; others in each epoch. */
    static MultiDataSetIterator taught(
            ComputationGraph teacher, int inputs, int batches, int batch, int epoch, double noise) {
        List<MultiDataSet> data = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            INDArray x = random(1000L * epoch + i, batch, inputs);
            INDArray said = teacher.outputSingle(x);
            INDArray y = said.add(random(777_777L + 1000L * epoch + i, said.shape()).muli(noise));
            data.add(new org.nd4j.linalg.dataset.MultiDataSet(x, y));
        }
        return new IteratorMultiDataSetIterator(data.iterator(), batch);
    }
}
