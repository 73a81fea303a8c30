package org.dl4jplugins.align.lora;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.align.transformer.Linear;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Small networks with adapters for tests. */
final class AdapterNets {
    private AdapterNets() {}

    /** Convolutions, whose parameter [out, in, height, width] is the matrix's transpose. */
    public static final class ConvolutionKindForTest extends WeightSpaceKind {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean handles(Layer base) {
            return base.getClass() == ConvolutionLayer.class;
        }

        @Override
        public List<LoraMatrix> matrices(Layer base) {
            ConvolutionLayer conv = (ConvolutionLayer) base;
            long[] k = {conv.getKernelSize()[0], conv.getKernelSize()[1]};
            return List.of(new LoraMatrix("W", conv.getNIn() * k[0] * k[1], conv.getNOut()));
        }

        @Override
        public INDArray view(LoraMatrix matrix, INDArray parameter) {
            return parameter.reshape('c', matrix.out(), matrix.in()).transpose();
        }
    }

    /** Linear "a", stock dense "b", output "head". */
    static ComputationGraph plain(DataType type) {
        ComputationGraph graph =
                new ComputationGraph(
                        new NeuralNetConfiguration.Builder()
                                .dataType(type)
                                .seed(7)
                                .updater(new Adam(0.02))
                                .weightDecay(0.01)
                                .graphBuilder()
                                .addInputs("x")
                                .addLayer(
                                        "a",
                                        new Linear.Builder()
                                                .nIn(4)
                                                .nOut(5)
                                                .activation(new ActivationTanH())
                                                .build(),
                                        "x")
                                .addLayer("b", dense(5, 6), "a")
                                .addLayer("head", output(6), "b")
                                .setOutputs("head")
                                .build());
        graph.init();
        return graph;
    }

    private static DenseLayer dense(int in, int out) {
        return new DenseLayer.Builder().nIn(in).nOut(out).activation(Activation.TANH).build();
    }

    private static OutputLayer output(int in) {
        return new OutputLayer.Builder().nIn(in).nOut(2).activation(Activation.SOFTMAX).build();
    }

    /** A convolution "conv" and an output "head" as a stack. */
    static MultiLayerNetwork pixels() {
        MultiLayerConfiguration conf =
                new NeuralNetConfiguration.Builder()
                        .dataType(DataType.DOUBLE)
                        .seed(3)
                        .updater(new Adam(0.02))
                        .list(
                                new ConvolutionLayer.Builder(2, 3)
                                        .name("conv")
                                        .nOut(3)
                                        .activation(Activation.TANH)
                                        .build(),
                                new OutputLayer.Builder()
                                        .name("head")
                                        .nOut(2)
                                        .activation(Activation.SOFTMAX)
                                        .build())
                        .setInputType(InputType.convolutional(4, 4, 2))
                        .build();
        MultiLayerNetwork network = new MultiLayerNetwork(conf);
        network.init();
        return network;
    }

    static LoraConfig.Builder config(String name, int rank) {
        return new LoraConfig.Builder()
                .adapterName(name)
                .allLinear()
                .rank(rank)
                .alpha(3)
                .seed(name.hashCode());
    }

    static ComputationGraph lora(ComputationGraph graph, LoraConfig.Builder config) {
        return new LoraTransformer.Builder(graph).config(config.build()).build().transform();
    }

    /** Adapters "one" and "two" on a and b, of rank 2 and with random A and B; two is active. */
    static ComputationGraph two(DataType type) {
        ComputationGraph graph = lora(plain(type), config("one", 2));
        ComputationGraph both = Adapters.of(graph).add(config("two", 2).build());
        randomize(both, 11);
        return both;
    }

    /** Gives all increments values as if trained. */
    static void randomize(ComputationGraph graph, long seed) {
        Random random = new Random(seed);
        for (LoraRuntime layer : Host.of(graph).adapted()) {
            for (LoraIncrement i : layer.layerConf().getIncrements()) {
                fill(layer.getParam(i.keyA()), random);
                fill(layer.getParam(i.keyB()), random);
            }
        }
    }

    static void fill(INDArray values, Random random) {
        for (int i = 0; i < values.length(); i++) {
            values.putScalar(i, 0.5 * random.nextGaussian());
        }
    }

    static INDArray input(DataType type, long... shape) {
        INDArray x = Nd4j.create(type, shape);
        fill(x, new Random(5));
        return x.muli(2);
    }

    static DataSet data(DataType type) {
        INDArray y = Nd4j.zeros(type, 6, 2);
        for (int i = 0; i < 6; i++) {
            y.putScalar(i, i % 2, 1);
        }
        return new DataSet(input(type, 6, 4), y);
    }

    static double difference(INDArray a, INDArray b) {
        return a.sub(b).normmaxNumber().doubleValue();
    }

    /** Copies of the parameters of the adapter of an index. */
    static Map<String, INDArray> values(Model model, String index) {
        Map<String, INDArray> values = new TreeMap<>();
        model.paramTable()
                .forEach(
                        (key, value) -> {
                            if (key.endsWith("." + index)) {
                                values.put(key, value.dup());
                            }
                        });
        assertFalse(values.isEmpty());
        return values;
    }
}
