package org.dl4jplugins.align.arbiter;

import java.util.Properties;
import java.util.Random;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Classes as a network says that differs from {@link #base} in layer d2 alone. */
public final class Taught implements DataSource {

    private static final long serialVersionUID = 1;
    private static final int WIDTH = 6;

    private int examples = 64;

    /** Arbiter makes data sources by their class. */
    public Taught() {}

    @Override
    public void configure(Properties properties) {
        examples = Integer.parseInt(properties.getProperty("examples"));
    }

    @Override
    public Object trainData() {
        return data(1, examples);
    }

    @Override
    public Object testData() {
        return data(2, 256);
    }

    @Override
    public Class<?> getDataType() {
        return MultiDataSetIterator.class;
    }

    static MultiDataSetIterator data(long seed, int examples) {
        ComputationGraph teacher = base();
        teacher.getParam("d2_W").addi(random(7, WIDTH, WIDTH).muli(1.5));
        INDArray x = random(seed, examples, WIDTH);
        INDArray y = Nd4j.zeros(DataType.DOUBLE, examples, 3);
        INDArray said = teacher.outputSingle(x).argMax(1);
        for (int i = 0; i < examples; i++) {
            y.putScalar(i, said.getInt(i), 1);
        }
        return new SingletonMultiDataSetIterator(new MultiDataSet(x, y));
    }

    static ComputationGraph base() {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .dataType(DataType.DOUBLE)
                        .seed(3)
                        .updater(new Adam(0.01))
                        .graphBuilder()
                        .addInputs("in");
        String below = "in";
        for (String name : new String[] {"d0", "d1", "d2"}) {
            builder.addLayer(
                    name,
                    new DenseLayer.Builder()
                            .nIn(WIDTH)
                            .nOut(WIDTH)
                            .activation(Activation.TANH)
                            .build(),
                    below);
            below = name;
        }
        builder.addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(WIDTH)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                below);
        ComputationGraph graph = new ComputationGraph(builder.setOutputs("out").build());
        graph.init();
        return graph;
    }

    private static INDArray random(long seed, int rows, int columns) {
        Random random = new Random(seed);
        double[][] numbers = new double[rows][columns];
        for (double[] row : numbers) {
            for (int i = 0; i < columns; i++) {
                row[i] = random.nextGaussian();
            }
        }
        return Nd4j.createFromArray(numbers);
    }
}
