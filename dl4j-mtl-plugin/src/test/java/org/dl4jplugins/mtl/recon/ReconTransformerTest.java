package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.conflict.LayerRanking;
import org.dl4jplugins.mtl.gradient.SharedLayer;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.model.ResNet18;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ReconTransformerTest {

    private static LayerRanking ranking(LayerRanking.Entry... entries) {
        return LayerRanking.of(List.of(entries));
    }

    @Test
    void resNet18GrowsAsInThePaper() throws Exception {
        URL file = LayerRanking.class.getResource("multifashion-S-0.1.json");
        LayerRanking published = LayerRanking.readReference(Path.of(file.toURI()));
        ComputationGraph net =
                new ResNet18.Builder().task("fashion", 10).task("mnist", 10).build().init();
        ReconTransformer recon =
                new ReconTransformer.Builder(net).ranking(published).topK(25).build();
        ReconPlan plan = recon.plan();
        assertEquals(41, plan.sharedLayers());
        assertEquals(published.top(25), plan.split().stream().map(SplitLayer::layer).toList());
        assertEquals(160_192, plan.addedParameters());
        assertEquals(42.81, plan.megabytesBefore(), 0.005);
        assertEquals(43.43, plan.megabytesAfter(), 0.005);
        assertEquals(1.4275, plan.addedPercent(), 0.00005);
        assertTrue(plan.toString().contains("42.81 MB -> 43.43 MB"), plan.toString());
        // 41 - 25 remain shared: 15 convolutions and fc.
        assertEquals(16, plan.streamed().size());

        ComputationGraph modified = recon.transform();
        long running = 2 * 4800; // running means and variances of one set of batch norms
        assertEquals(
                11_223_560 + 160_192 + 2 * running, modified.numParams(), "trainable and running");
        assertEquals(
                plan.streamed().stream().map(StreamedLayer::layer).collect(Collectors.toSet()),
                SharedLayers.of(modified).stream()
                        .map(SharedLayer::name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void choosesByScoreAndBudget() {
        ComputationGraph net = TestNets.mlp().net();
        // parameters: d1 36, bn1 12, d2 49, bn2 14, d3 32; together 143
        LayerRanking ranking =
                ranking(
                        new LayerRanking.Entry("d3", 0),
                        new LayerRanking.Entry("bn1", 5),
                        new LayerRanking.Entry("d2", 9),
                        new LayerRanking.Entry("d1", 5),
                        new LayerRanking.Entry("bn2", 1));
        assertEquals(List.of("d2", "bn1"), layers(builder(net, ranking).topK(2)));
        assertEquals(List.of("d2", "bn1", "d1"), layers(builder(net, ranking).scoreThreshold(5)));
        // 40 % of 143 is 57: d2 does not leave room for bn1, bn2 (14), but d2 alone fits
        assertEquals(List.of("d2"), layers(builder(net, ranking).budgetPercent(40)));
        // 34 % is 48: d2 is passed over, bn1 and d1 fit exactly
        assertEquals(List.of("bn1", "d1"), layers(builder(net, ranking).budgetPercent(34)));
        assertEquals(
                List.of("bn1", "d1"),
                layers(builder(net, ranking).budgetMegabytes(48 * 4.0 / (1 << 20))));
        // layers without conflicts are not taken, however large the budget
        assertEquals(4, layers(builder(net, ranking).budgetPercent(1000)).size());
        assertEquals(5, layers(builder(net, ranking).topK(5)).size());
    }

    @Test
    void takesAReportOfTheSameArchitecture() {
        TestNets.Case c = TestNets.mlp();
        ConflictListener listener = new ConflictListener.Builder().build();
        c.net().setListeners(listener);
        for (int i = 0; i < 4; i++) {
            c.net().fit(c.data());
        }
        ConflictReport report = listener.report();
        ReconPlan plan =
                new ReconTransformer.Builder(c.net()).report(report, 0.0).topK(2).build().plan();
        assertEquals(
                report.ranking(0.0).top(2), plan.split().stream().map(SplitLayer::layer).toList());
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                new ReconTransformer.Builder(TestNets.residual().net())
                                        .report(report, 0.0));
        assertTrue(e.getMessage().contains("report is of another architecture"), e.getMessage());
    }

    private static ReconTransformer.Builder builder(ComputationGraph net, LayerRanking ranking) {
        return new ReconTransformer.Builder(net).ranking(ranking);
    }

    private static List<String> layers(ReconTransformer.Builder builder) {
        return builder.build().plan().split().stream().map(SplitLayer::layer).toList();
    }

    @Test
    void onlyTasksThatNeedALayerGetACopy() {
        ComputationGraph net = TestNets.branches().net();
        ReconTransformer recon = new ReconTransformer.Builder(net).layers("d3", "e1").build();
        assertEquals(List.of("a", "b"), recon.plan().split().get(0).tasks());
        assertEquals(List.of("a", "b", "c"), recon.plan().split().get(1).tasks());
        assertEquals(20 + 2 * 16, recon.plan().addedParameters());
        ComputationGraph modified = recon.transform();
        assertFalse(modified.getConfiguration().getVertices().containsKey("d3@c"));
        assertTrue(modified.getConfiguration().getVertices().containsKey("e1@c"));
        assertEquals(
                net.numParams() + recon.plan().addedParameters(),
                modified.numParams(),
                "batch norm stays shared");
    }

    @Test
    void freshCopiesDifferAndTheSeedDecides() {
        ComputationGraph net = TestNets.mlp().net();
        ComputationGraph first = fresh(net, 3);
        assertEquals(first.params(), fresh(net, 3).params());
        assertNotEquals(first.params(), fresh(net, 4).params());
        INDArray a = first.getParam("d2@a_W");
        assertNotEquals(a, first.getParam("d2@b_W"));
        assertNotEquals(a, net.getParam("d2_W"));
        assertEquals(0, first.getParam("bn1_mean").amaxNumber().doubleValue());
    }

    private static ComputationGraph fresh(ComputationGraph net, long seed) {
        return new ReconTransformer.Builder(net).layers("d2").seed(seed).build().transform();
    }

    @Test
    void refusesLayersByNameWithTheReason() {
        ComputationGraph net = TestNets.branches().net();
        refuses(net, "there is no such layer", "nonsense");
        refuses(net, "\"a\": it is the output layer", "a");
        refuses(net, "network input", "in2");
        refuses(net, "no trainable parameters", "merge");
        refuses(net, "\"c\": it is the output layer of a task; \"scale\"", "d2", "c", "scale");
        ComputationGraph residual = TestNets.residual().net();
        refuses(residual, "no trainable parameters", "max");
        refuses(residual, "one or more different names", "conv1", "conv1");
        refuses(residual, "one or more different names");
    }

    @Test
    void refusesLayersOfOneTaskAndFrozenOnes() {
        ComputationGraph net =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer(
                                        "frozen",
                                        new FrozenLayer.Builder().layer(TestNets.dense(3)).build(),
                                        "in")
                                .addLayer("d", TestNets.dense(3), "frozen")
                                .addLayer("own", TestNets.dense(3), "d")
                                .addLayer("a", TestNets.head(2), "own")
                                .addLayer("b", TestNets.head(2), "d")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(4))
                                .build());
        net.init();
        refuses(net, "only task \"a\" depends on it", "own");
        refuses(net, "frozen", "frozen");
        new ReconTransformer.Builder(net).layers("d").build().transform();
    }

    @Test
    void refusesBatchNormalizationsItDoesNotKnow() {
        ComputationGraph net =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer("d", TestNets.dense(3), "in")
                                .addLayer("strange", new StrangeBatchNormalization(), "d")
                                .addLayer("a", TestNets.head(2), "strange")
                                .addLayer("b", TestNets.head(2), "strange")
                                .setOutputs("a", "b")
                                .setInputTypes(InputType.feedForward(4))
                                .build());
        net.init();
        refuses(net, "\"strange\" cannot follow a split layer: it is a StrangeBatchNorm", "d");
        new ReconTransformer.Builder(net).layers("d", "strange").build().transform();
    }

    /** A subclass whose statistics nobody can split by streams. */
    public static final class StrangeBatchNormalization extends BatchNormalization {}

    private static void refuses(ComputationGraph net, String message, String... layers) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new ReconTransformer.Builder(net).layers(layers).build());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void refusesGraphsItCannotWorkOn() {
        ComputationGraph oneOutput =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer("d", TestNets.dense(3), "in")
                                .addLayer("a", TestNets.head(2), "d")
                                .setOutputs("a")
                                .setInputTypes(InputType.feedForward(4))
                                .build());
        refusesGraph(oneOutput, "not initialized");
        oneOutput.init();
        refusesGraph(oneOutput, "one output only");
        ComputationGraph noLoss =
                new ComputationGraph(
                        TestNets.builder()
                                .addInputs("in")
                                .addLayer("d", TestNets.dense(3), "in")
                                .addLayer("a", TestNets.head(2), "d")
                                .addVertex("m", new MergeVertex(), "d", "in")
                                .setOutputs("a", "m")
                                .setInputTypes(InputType.feedForward(4))
                                .build());
        noLoss.init();
        refusesGraph(noLoss, "\"m\" is not a loss layer");
        refusesGraph(fresh(TestNets.mlp().net(), 1), "modified by Recon already");
        MultiLayerNetwork layers =
                new MultiLayerNetwork(
                        new NeuralNetConfiguration.Builder()
                                .list(TestNets.dense(4, 3), TestNets.head(2))
                                .setInputType(InputType.feedForward(4))
                                .build());
        layers.init();
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> new ReconTransformer.Builder(layers));
        assertTrue(e.getMessage().contains("TaskHeads"), e.getMessage());
    }

    private static void refusesGraph(ComputationGraph net, String message) {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class, () -> new ReconTransformer.Builder(net));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void refusesWrongSelections() {
        ComputationGraph net = TestNets.mlp().net();
        List<LayerRanking.Entry> entries =
                SharedLayers.of(net).stream()
                        .map(l -> new LayerRanking.Entry(l.name(), 1))
                        .toList();
        LayerRanking ranking = LayerRanking.of(entries);
        wrong("topK is 6 but the graph has 5", builder(net, ranking).topK(6));
        wrong("no layer would be split", builder(net, ranking).scoreThreshold(2));
        wrong("too small", builder(net, ranking).budgetPercent(1));
        wrong("Choose layers", builder(net, ranking));
        wrong("Choose layers", new ReconTransformer.Builder(net).topK(2));
        wrong("not both", builder(net, ranking).topK(2).layers("d1"));
        LayerRanking fewer = LayerRanking.of(entries.subList(1, 5));
        wrong("another architecture", builder(net, fewer).topK(2));
        List<LayerRanking.Entry> other = new ArrayList<>(entries);
        other.add(new LayerRanking.Entry("conv7", 3));
        wrong("[conv7]", builder(net, LayerRanking.of(other)).topK(2));
        ReconTransformer.Builder b = new ReconTransformer.Builder(net);
        IllegalArgumentException noSeed =
                assertThrows(IllegalArgumentException.class, () -> b.seed(0));
        assertTrue(noSeed.getMessage().startsWith("seed must be any number but 0"));
        ComputationGraph seedless = TestNets.mlp().net();
        seedless.getConfiguration().getDefaultConfiguration().setSeed(0);
        wrong("seed must be any number but 0", new ReconTransformer.Builder(seedless).layers("d1"));
        new ReconTransformer.Builder(seedless).layers("d1").seed(1).build();
        assertThrows(IllegalArgumentException.class, () -> b.topK(0));
        assertThrows(IllegalArgumentException.class, () -> b.scoreThreshold(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> b.budgetPercent(-1));
        assertThrows(IllegalArgumentException.class, () -> b.topK(1).budgetMegabytes(1));
    }

    private static void wrong(String message, ReconTransformer.Builder builder) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, builder::build);
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
