package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The modified network against unmodified ones, for every kind of data and many splits. */
class EquivalenceTest {
    static Stream<Arguments> splits() {
        Stream.Builder<Arguments> cases = Stream.builder();
        add(cases, "mlp", TestNets::mlp, "d1", "bn1", "d2", "d3", "d1,d3", "bn1,bn2", "d1,bn1,d2");
        add(
                cases,
                "residual",
                TestNets::residual,
                "conv1",
                "bn1",
                "conv2",
                "bn2",
                "fc",
                "bn1,bn2",
                "conv1,conv2,fc",
                "conv1,bn1,conv2,bn2,fc");
        add(cases, "branches", TestNets::branches, "d1", "e1", "d2", "bn", "d3", "d4", "e1,d3");
        add(
                cases,
                "recurrent",
                TestNets::recurrent,
                "lstm1",
                "dense",
                "lstm2",
                "attention",
                "bi,last");
        add(cases, "volumes", TestNets::volumes, "conv1", "conv2", "fc");
        add(cases, "embedding", TestNets::embedding, "emb", "d1", "d2");
        add(cases, "video", TestNets::video, "lstm", "conv", "bn", "rnn", "conv,rnn");
        add(cases, "channelsLast", TestNets::channelsLast, "conv1", "conv2", "bn", "conv2,fc");
        add(cases, "pooledSequences", TestNets::pooledSequences, "lstm", "conv", "lstm2");
        add(cases, "images", TestNets::images, "conv", "prelu,depthwise", "separable", "deconv");
        add(cases, "vertices", TestNets::vertices, "rnn", "attention", "e,d");
        return cases.build();
    }

    private static void add(
            Stream.Builder<Arguments> cases,
            String name,
            Supplier<TestNets.Case> net,
            String... splits) {
        for (String split : splits) {
            cases.add(Arguments.of(name, net, split));
        }
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("splits")
    void equalCopiesComputeWhatTheOriginalDoes(
            String name, Supplier<TestNets.Case> net, String split) {
        TestNets.Case c = net.get();
        INDArray before = c.net().params().dup();
        ComputationGraph modified = modified(c.net(), split);
        Twins twins = new Twins(c.net(), modified);
        twins.assertSameOutputs(c.data(), false, 1e-12);
        twins.assertSameOutputs(c.data(), true, 1e-12);
        Map<String, INDArray> whole = Twins.gradient(c.net(), c.data());
        Map<String, INDArray> parts = Twins.gradient(modified, c.data());
        for (Map.Entry<String, INDArray> entry : whole.entrySet()) {
            if (!Twins.isRunningStatistic(entry.getKey())) {
                Twins.assertClose(
                        entry.getKey(), entry.getValue(), sumOfCopies(parts, entry), 1e-10);
            }
        }
        assertEquals(c.net().score(), modified.score(), 1e-12);
        assertEquals(before, c.net().params());
    }

    private static INDArray sumOfCopies(
            Map<String, INDArray> parts, Map.Entry<String, INDArray> original) {
        int cut = original.getKey().lastIndexOf('_');
        String layer = original.getKey().substring(0, cut);
        String end = original.getKey().substring(cut);
        return parts.entrySet().stream()
                .filter(
                        e ->
                                e.getKey().equals(layer + end)
                                        || e.getKey().startsWith(layer + "@")
                                                && e.getKey().endsWith(end))
                .map(Map.Entry::getValue)
                .reduce(Nd4j.zerosLike(original.getValue()), INDArray::add);
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("splits")
    void differentCopiesComputeWhatSeparateNetworksDo(
            String name, Supplier<TestNets.Case> net, String split) {
        TestNets.Case c = net.get();
        ComputationGraph modified = modified(c.net(), split);
        Nd4j.getRandom().setSeed(5);
        modified.params().addi(Nd4j.rand(DataType.DOUBLE, modified.params().shape()).muli(0.3));
        Twins twins = new Twins(c.net(), modified);
        twins.assertSameOutputs(c.data(), false, 1e-12);
        twins.assertSameOutputs(c.data(), true, 1e-12);
        twins.assertSameGradients(c.data(), 1e-10);
    }

    @Test
    void lateSplitsLeaveEarlyLayersAlone() {
        ComputationGraph modified = modified(TestNets.residual().net(), "bn2");
        List<String> names = List.copyOf(modified.getConfiguration().getVertices().keySet());
        assertTrue(names.containsAll(List.of("conv1", "conv2", "bn2@a", "bn2@b", "relu1")));
        assertTrue(names.stream().noneMatch(n -> n.startsWith("relu1@")), names.toString());
    }

    private static ComputationGraph modified(ComputationGraph net, String split) {
        return new ReconTransformer.Builder(net)
                .layers(split.split(","))
                .init(ReconInit.FROM_TRAINED)
                .build()
                .transform();
    }
}
