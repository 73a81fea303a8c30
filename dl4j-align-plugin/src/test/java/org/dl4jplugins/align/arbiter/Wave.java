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

/**
 * Points above a wave or below, and a network with random weights that cannot tell them apart yet.
 */
public final class Wave implements DataSource {

    private static final long serialVersionUID = 1;

    private int examples = 64;

    /** Arbiter makes data sources by their class. */
    public Wave() {}

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
        return data(2, 128);
    }

    @Override
    public Class<?> getDataType() {
        return MultiDataSetIterator.class;
    }

    private static MultiDataSetIterator data(long seed, int examples) {
        Random random = new Random(seed);
        INDArray x = Nd4j.create(DataType.FLOAT, examples, 2);
        INDArray y = Nd4j.create(DataType.FLOAT, examples, 2);
        for (int i = 0; i < examples; i++) {
            double a = 2 * random.nextDouble() - 1;
            double b = 2 * random.nextDouble() - 1;
            x.putScalar(i, 0, a);
            x.putScalar(i, 1, b);
            y.putScalar(i, b > Math.sin(3 * a) ? 1 : 0, 1);
        }
        return new SingletonMultiDataSetIterator(new MultiDataSet(x, y));
    }

    /** Dense layers {@code first}, {@code second} and {@code third}, and the output. */
    static ComputationGraph graph() {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(5)
                        .updater(new Adam(0.01))
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("first", dense(2), "in")
                        .addLayer("second", dense(12), "first")
                        .addLayer("third", dense(12), "second")
                        .addLayer(
                                "out",
                                new OutputLayer.Builder(LossFunction.MCXENT)
                                        .activation(Activation.SOFTMAX)
                                        .nIn(12)
                                        .nOut(2)
                                        .build(),
                                "third")
                        .setOutputs("out");
        ComputationGraph graph = new ComputationGraph(builder.build());
        graph.init();
        return graph;
    }

    private static DenseLayer dense(int in) {
        return new DenseLayer.Builder().nIn(in).nOut(12).build();
    }
}
