package org.dl4jplugins.align.ila;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.dl4jplugins.core.io.AtomicFiles;

/**
 * Which layers matter: a score for each adapted weight matrix, higher for those that matter more,
 * immutable.
 *
 * <p>From the paper (ILA, arXiv 2410.17875): the scores s are learned through gamma = sigmoid(s)
 * with everything else frozen, layers are ranked by s, and the least important of them can be
 * frozen (about 25 %) or only the most important trained (10 to 30 %). How a fraction becomes a
 * number of layers is ours: the nearest whole number, halves up, at least one. Equal scores rank in
 * the network's order.
 *
 * <p>A report can be used on any model of the same architecture, whatever its weights; see {@link
 * #requireSameArchitecture}. {@link SignificancePage} shows it, {@link LayerOverlap} compares runs.
 *
 * <pre>{@code
 * LayerSignificance significance = LayerSignificance.load(Path.of("layers.json"));
 * LayerMask important = significance.freezeLeast(0.25);
 * LayerMask few = significance.keepMost(0.3);
 * }</pre>
 */
public final class LayerSignificance {

    private final Builder data;

    private LayerSignificance(Builder data) {
        this.data = data;
    }

    /** {@return what was run, for example data set and seed} */
    public String run() {
        return data.run;
    }

    /** {@return how the scores came about, {@code ILA} by default} */
    public String method() {
        return data.method;
    }

    /** {@return what one needs to know to run it again: seeds, settings, data, steps} */
    public Map<String, String> details() {
        return data.details;
    }

    /** {@return the scored layers in their order in the network} */
    public List<AdaptedMatrix> layers() {
        return data.architecture.matrices();
    }

    /** {@return the names of the scored layers in their order in the network} */
    public List<String> layerNames() {
        return data.architecture.names();
    }

    /** {@return the scores in the layers' order} */
    public double[] scores() {
        return data.scores.clone();
    }

    /**
     * The score of a layer.
     *
     * @param name its {@linkplain AdaptedMatrix#name() name}
     * @return the score; for ILA s, of which sigmoid(s) scales the increment
     * @throws IllegalArgumentException if there is no such layer
     */
    public double score(String name) {
        return data.scores[data.architecture.place(name)];
    }

    /** {@return the names of the layers, the most important first} */
    public List<String> ranking() {
        return IntStream.of(order()).mapToObj(layers()::get).map(AdaptedMatrix::name).toList();
    }

    private int[] order() {
        return IntStream.range(0, data.scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -data.scores[i]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * The place of a layer in the ranking.
     *
     * @param name its {@linkplain AdaptedMatrix#name() name}
     * @return 1 for the most important layer
     * @throws IllegalArgumentException if there is no such layer
     */
    public int rank(String name) {
        data.architecture.place(name);
        return ranking().indexOf(name) + 1;
    }

    /**
     * Keeps the most important layers.
     *
     * @param count how many, from 1 to all
     * @return a mask in which they learn and all others are frozen
     * @throws IllegalArgumentException if the count is out of range
     */
    public LayerMask keepMost(int count) {
        BitSet bits = new BitSet();
        IntStream.of(order()).limit(Keep.count(count, data.scores.length)).forEach(bits::set);
        return new LayerMask(data.architecture, bits);
    }

    /**
     * Keeps the most important layers; the paper trains 10 %, 20 % and 30 %.
     *
     * @param fraction of all layers, above 0 and at most 1
     * @return a mask in which they learn and all others are frozen
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public LayerMask keepMost(double fraction) {
        return keepMost(Keep.fraction(fraction, data.scores.length));
    }

    /**
     * Keeps the least important layers: what should do worst if the scores mean something.
     *
     * @param count how many, from 1 to all
     * @return a mask in which they learn and all others are frozen
     * @throws IllegalArgumentException if the count is out of range
     */
    public LayerMask keepLeast(int count) {
        int all = data.scores.length;
        BitSet bits = new BitSet();
        IntStream.of(order()).skip(all - Keep.count(count, all)).forEach(bits::set);
        return new LayerMask(data.architecture, bits);
    }

    /**
     * Keeps the least important layers: what should do worst if the scores mean something.
     *
     * @param fraction of all layers, above 0 and at most 1
     * @return a mask in which they learn and all others are frozen
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public LayerMask keepLeast(double fraction) {
        return keepLeast(Keep.fraction(fraction, data.scores.length));
    }

    /**
     * Freezes the least important layers; the paper freezes about 25 %.
     *
     * @param fraction of all layers to freeze, at least 0 and below 1
     * @return a mask that is equal to {@code keepMost(1 - fraction)}
     * @throws IllegalArgumentException if the fraction is out of range
     */
    public LayerMask freezeLeast(double fraction) {
        Ensure.that(
                fraction >= 0 && fraction < 1,
                "fraction: %s given, right is at least 0 and below 1",
                fraction);
        return keepMost(1 - fraction);
    }

    /**
     * Tells architectures apart: equal for models whose layers have the same names and shapes in
     * the same order, whatever their weights.
     *
     * @return SHA-256 in hexadecimal digits
     */
    public String fingerprint() {
        return data.architecture.fingerprint();
    }

    /**
     * Makes sure that this report is about a kind of model.
     *
     * @param layers the model's layers in their order
     * @throws IllegalArgumentException if they differ in name, shape or order
     */
    public void requireSameArchitecture(List<AdaptedMatrix> layers) {
        data.architecture.requireSame(new Architecture(layers), "the report", "the model");
    }

    Architecture architecture() {
        return data.architecture;
    }

    /**
     * The report as JSON in the schema that the package description documents.
     *
     * @return the JSON text
     */
    public String toJson() {
        return SignificanceJson.write(this);
    }

    /**
     * Reads what {@link #toJson} gave.
     *
     * @param json the JSON text
     * @return an equal report
     * @throws IllegalArgumentException if it is cut off, of another format or version, or
     *     contradicts itself
     */
    public static LayerSignificance fromJson(String json) {
        return SignificanceJson.FILE.read(json, SignificanceJson::read);
    }

    /**
     * Writes the report as JSON.
     *
     * @param file the file; it is replaced in one step
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        AtomicFiles.write(file, toJson());
    }

    /**
     * Reads a report.
     *
     * @param file what {@link #save} wrote
     * @return an equal report
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if it is cut off, of another format or version, or
     *     contradicts itself
     */
    public static LayerSignificance load(Path file) throws IOException {
        return SignificanceJson.FILE.read(file, SignificanceJson::read);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LayerSignificance that && toJson().equals(that.toJson());
    }

    @Override
    public int hashCode() {
        return toJson().hashCode();
    }

    @Override
    public String toString() {
        return "LayerSignificance of "
                + run()
                + " by "
                + method()
                + ", most important first: "
                + Architecture.shortened(ranking());
    }

    /** Collects the scores. */
    public static final class Builder {

        private final String run;
        private final Architecture architecture;
        private final double[] scores;
        private String method = "ILA";
        private Map<String, String> details = new LinkedHashMap<>();

        /**
         * Starts a report.
         *
         * @param run what was run, for example data set and seed
         * @param layers the scored layers in their order in the network
         * @param scores finite, [layer], higher for layers that matter more
         * @throws IllegalArgumentException if there is no layer, a name is there twice, or the
         *     scores do not fit
         */
        public Builder(String run, List<AdaptedMatrix> layers, double... scores) {
            Ensure.that(run != null && !run.isBlank(), "run: '%s' given, right is a name", run);
            this.run = run;
            this.architecture = new Architecture(layers);
            this.scores = scores.clone();
            Ensure.that(
                    scores.length == layers.size(),
                    "scores: %d given for %d layers",
                    scores.length,
                    layers.size());
            for (int i = 0; i < scores.length; i++) {
                Ensure.that(
                        Double.isFinite(scores[i]),
                        "scores: %s given for layer '%s', right are finite numbers",
                        scores[i],
                        layers.get(i).name());
            }
        }

        /**
         * Says how the scores came about.
         *
         * @param method default {@code ILA}
         * @return this builder
         */
        public Builder method(String method) {
            Ensure.that(
                    method != null && !method.isBlank(),
                    "method: '%s' given, right is a name",
                    method);
            this.method = method;
            return this;
        }

        /**
         * Adds what one needs to know to run it again.
         *
         * @param name for example {@code seed}
         * @param value shown as text
         * @return this builder
         */
        public Builder detail(String name, Object value) {
            details.put(name, String.valueOf(value));
            return this;
        }

        /**
         * Finishes the report.
         *
         * @return the report
         */
        public LayerSignificance build() {
            Builder copy = new Builder(run, architecture.matrices(), scores);
            copy.method = method;
            copy.details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
            return new LayerSignificance(copy);
        }
    }
}
