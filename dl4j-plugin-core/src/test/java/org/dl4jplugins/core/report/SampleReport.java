package org.dl4jplugins.core.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** One of everything, with the sizes of a ResNet-18 run: for tests, and to be looked at. */
final class SampleReport {
    private SampleReport() {}

    static List<String> layers() {
        return IntStream.range(0, 41)
                .mapToObj(
                        i ->
                                i % 7 == 3
                                        ? "encoder/stage"
                                                + i / 10
                                                + "/residual-block-"
                                                + i % 10
                                                + "/shortcut/convolution-and-normalization"
                                        : "layer" + i / 10 + ".block" + i % 10 + ".conv" + i % 3)
                .toList();
    }

    static BarChart bars() {
        BarChart.Builder bars =
                BarChart.builder("S-conflict score of each shared layer, S = -0.1")
                        .axis("iterations with cosine below S")
                        .highlightMeans("given to each task (K = 25)");
        List<String> layers = layers();
        for (int i = 0; i < layers.size(); i++) {
            bars.bar(layers.get(i), 4000.0 / (i + 3), i < 25);
        }
        return bars.build();
    }

    static LineChart lines() {
        Random random = new Random(3);
        double[] noisy = random.doubles(5000).map(v -> v * 0.2).toArray();
        for (int i = 0; i < noisy.length; i++) {
            noisy[i] += 2.3 * Math.exp(-i / 900.0);
        }
        double[] x = {0, 1000, 2000, 3000, 4000, 5000};
        double[] y = {2.4, 1.1, 0.6, Double.NaN, 0.35, 0.3};
        double[] error = {0.1, 0.2, 0.1, 0.1, 0.05, 0.04};
        return LineChart.builder("Loss of joint training")
                .axes("iteration", "mean cross-entropy")
                .series("left digit", noisy)
                .series("right digit, mean of 3 seeds", x, y, error)
                .build();
    }

    static HeatMap heat(int columns, boolean diverging) {
        Random random = new Random(5);
        List<String> layers = layers();
        double[][] values = new double[layers.size()][columns];
        for (int r = 0; r < values.length; r++) {
            for (int c = 0; c < columns; c++) {
                values[r][c] =
                        diverging ? random.nextGaussian() : random.nextInt(40) * (41.0 - r) / 10;
            }
        }
        values[3][columns / 2] = Double.NaN;
        HeatMap.Builder map =
                HeatMap.builder(diverging ? "Mean cosine" : "Conflicts by layer and epoch")
                        .rows(layers)
                        .columns(
                                IntStream.rangeClosed(1, columns)
                                        .mapToObj(String::valueOf)
                                        .toList())
                        .values(values)
                        .axes("layer", "epoch");
        return (diverging ? map.diverging() : map).build();
    }

    static GroupedBars histogram() {
        return GroupedBars.builder("Distribution of gradient cosines")
                .axes("cosine", "% of iterations")
                .bins(-1, -0.5, -0.1, -0.03, 0, 0.03, 0.1, 0.5, 1)
                .series("joint", 2, 9, 12, 17, 20, 22, 13, 5)
                .series("joint + Recon", 0.2, 2, 8, 19, 27, 26, 14, 3.8)
                .build();
    }

    static GroupedBars manyCategories() {
        return GroupedBars.builder("Parameters of each layer")
                .axes("layer", "thousand")
                .categories(layers().subList(0, 20))
                .series("parameters", IntStream.range(0, 20).asDoubleStream().toArray())
                .build();
    }

    static Table table() {
        return Table.builder()
                .text("Method")
                .number("Left, %", "%.2f", Table.Best.HIGHEST)
                .number("Right, %", "%.2f", Table.Best.HIGHEST)
                .number("Error", "%.3f", Table.Best.LOWEST)
                .number("Size, MB", "%.2f", Table.Best.UNMARKED)
                .row("Single task", 98.37, 97.93, 0.021, 85.62)
                .row("Joint", 96.9, null, 0.034, 42.81)
                .row("Joint + Recon <K=25>", 98.371, 98.04, 0.0211, 43.43)
                .build();
    }

    static HtmlReport.Builder page() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("Seed", 1234);
        settings.put("Selection", "25 layers of highest score & S = -0.1");
        settings.putAll(RunEnvironment.describe());
        List<String> plan = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            plan.add(String.format("%-28s %,10d parameters", layers().get(i), 1000L << i));
        }
        return HtmlReport.builder("Recon on MultiFashion+MNIST <embedded>")
                .paragraph("Two tasks share one network; \"disputed\" layers are split & trained.")
                .section("Results")
                .table(table(), "Mean of 3 seeds; the best value of a column is marked.")
                .chart(lines(), "Both tasks learn.")
                .section("Conflicts")
                .chart(bars(), "Layers by how often the tasks' gradients oppose each other.")
                .chart(heat(12, false), "Darker: more conflicts.")
                .chart(heat(120, true), "Red: opposed, blue: agreed.")
                .chart(histogram(), "Severe conflicts become rare.")
                .chart(manyCategories(), "")
                .preformatted(String.join("\n", plan))
                .section("Settings")
                .settings(settings);
    }
}
