package org.dl4jplugins.mtl.arbiter;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.metric.MetricValue;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Two tasks on the same points of the plane that need different hidden units. */
public final class TwoTasks implements DataSource {

    private static final long serialVersionUID = 1;

    private int examples = 64;

    /** Arbiter makes data sources by their class. */
    public TwoTasks() {}

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
        return data(2, 64);
    }

    @Override
    public Class<?> getDataType() {
        return MultiDataSetIterator.class;
    }

    static MultiDataSetIterator data(long seed, int examples) {
        Random random = new Random(seed);
        INDArray x = Nd4j.create(examples, 2);
        INDArray side = Nd4j.zeros(examples, 2);
        INDArray ring = Nd4j.zeros(examples, 2);
        for (int i = 0; i < examples; i++) {
            double u = random.nextGaussian();
            double v = random.nextGaussian();
            x.putScalar(i, 0, u);
            x.putScalar(i, 1, v);
            side.putScalar(i, u > v ? 1 : 0, 1);
            ring.putScalar(i, u * u + v * v > 1.4 ? 1 : 0, 1);
        }
        MultiDataSet all = new MultiDataSet(new INDArray[] {x}, new INDArray[] {side, ring});
        return new SingletonMultiDataSetIterator(all);
    }

    static ComputationGraph graph(int hidden, String... tasks) {
        GraphBuilder builder =
                new NeuralNetConfiguration.Builder()
                        .seed(3)
                        .updater(new Adam(0.02))
                        .activation(Activation.TANH)
                        .graphBuilder()
                        .addInputs("x")
                        .addLayer("low", new DenseLayer.Builder().nOut(hidden).build(), "x")
                        .addLayer("middle", new DenseLayer.Builder().nOut(4).build(), "low")
                        .addLayer("high", new DenseLayer.Builder().nOut(4).build(), "middle");
        for (String task : tasks) {
            builder.addLayer(
                    task,
                    new OutputLayer.Builder(LossFunction.MCXENT)
                            .nOut(2)
                            .activation(Activation.SOFTMAX)
                            .build(),
                    "high");
        }
        ComputationGraph graph =
                new ComputationGraph(
                        builder.setOutputs(tasks).setInputTypes(InputType.feedForward(2)).build());
        graph.init();
        return graph;
    }

    static ComputationGraph graph() {
        return graph(6, "side", "ring");
    }

    static ConflictReport report(ComputationGraph graph) {
        ConflictListener conflicts =
                new ConflictListener.Builder().thresholds(0, -0.02, -0.1).build();
        ComputationGraph watched = graph.clone();
        watched.setListeners(conflicts);
        watched.fit(data(1, 64), 8);
        return conflicts.report();
    }

    static TaskScores singleTask() {
        return scores(0.9, 0.8);
    }

    static TaskScores scores(double side, double ring) {
        Map<String, List<MetricValue>> scores = new LinkedHashMap<>();
        scores.put("side", List.of(MetricValue.higher("ACCURACY", side)));
        scores.put("ring", List.of(MetricValue.higher("ACCURACY", ring)));
        return new TaskScores(scores);
    }
}
