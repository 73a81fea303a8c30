package org.dl4jplugins.mtl.conflict;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.mtl.gradient.SharedLayer;

/**
 * Which shared layers the tasks fight over: what a {@link ConflictListener} counted, immutable.
 *
 * <p>Counted are cosines between the gradients of two tasks, per shared layer and for the whole
 * model (all shared parameters as one vector, named {@link #WHOLE_MODEL} where a layer's name is
 * asked for). A severe conflict is a cosine strictly below S. A pair of tasks is left out where one
 * of its gradients is zero.
 *
 * <p>{@link #save} writes JSON in the schema that the package description documents, {@link #toCsv}
 * a line per layer for spreadsheets, {@link ConflictPage} a page with charts.
 */
public final class ConflictReport {

    /** Stands for all shared layers as one vector where a layer's name is asked for. */
    public static final String WHOLE_MODEL = "*";

    private final ConflictData data;

    ConflictReport(ConflictData data) {
        this.data = data;
    }

    ConflictData data() {
        return data;
    }

    /** {@return the names of the tasks, those of the network's outputs} */
    public List<String> tasks() {
        return data.tasks();
    }

    /**
     * {@return the shared layers in their order in the network, with their numbers of parameters}
     */
    public List<SharedLayer> layers() {
        return data.layers();
    }

    /** {@return the shared layers' names in their order in the network} */
    public List<String> layerNames() {
        return data.layers().stream().map(SharedLayer::name).toList();
    }

    /** {@return where cosines were cut: every cut is a severity that can be asked for} */
    public CosineBins bins() {
        return data.settings().bins();
    }

    /** {@return the severities S that tables show, descending} */
    public List<Double> thresholds() {
        return data.settings().thresholds();
    }

    /** {@return n if every n-th iteration was compared, 0 if merged runs differ in it} */
    public int every() {
        return data.settings().every();
    }

    /** {@return how many iterations were recorded, in all runs together} */
    public long iterations() {
        return data.iterations();
    }

    /** {@return how many runs were merged, 1 for one run} */
    public int runs() {
        return data.runs();
    }

    /** {@return the numbers of the epochs that were seen, ascending} */
    public List<Integer> epochs() {
        return List.copyOf(data.epochs().keySet());
    }

    /**
     * The S-conflict score of a layer (Recon, definition 3), summed over the iterations.
     *
     * @param layer a shared layer's name or {@link #WHOLE_MODEL}
     * @param severity S, one of the cuts
     * @return how many pairs of tasks had a cosine strictly below S, over all iterations
     * @throws IllegalArgumentException if the layer is not there or nothing was counted at S
     */
    public long score(String layer, double severity) {
        return distribution(layer).countBelow(severity);
    }

    /**
     * The layers by score, the most disputed first; equal scores keep the network's order.
     *
     * @param severity S, one of the cuts
     * @return the ranking
     * @throws IllegalArgumentException if nothing was counted at S
     */
    public LayerRanking ranking(double severity) {
        return ranking(layer -> layer.distribution().countBelow(severity));
    }

    /**
     * The ranking that one quarter of the training gives by itself (Recon, tables 12 and 13).
     *
     * @param severity S, one of the cuts
     * @param quarter 1 to 4; iteration i of n (from 0) is in quarter {@code floor(4 i / n) + 1}
     * @return the ranking
     * @throws IllegalArgumentException if nothing was counted at S or there is no such quarter
     */
    public LayerRanking ranking(double severity, int quarter) {
        return ranking(layer -> layer.inQuarter(quarter).countBelow(severity));
    }

    private LayerRanking ranking(ToLongFunction<LayerConflicts> score) {
        return LayerRanking.of(
                layerNames().stream()
                        .map(name -> new LayerRanking.Entry(name, score.applyAsLong(layer(name))))
                        .toList());
    }

    /**
     * The layers that Recon makes task specific.
     *
     * @param k K, from 1 to the number of shared layers
     * @param severity S, one of the cuts
     * @return the k most disputed layers, the first most of all
     * @throws IllegalArgumentException if k is out of range or nothing was counted at S
     */
    public List<String> top(int k, double severity) {
        return ranking(severity).top(k);
    }

    /**
     * How stable the ranking is (Recon, table 12): rank distances between the quarters of the
     * training and the whole.
     *
     * @param severity S, one of the cuts
     * @return [quarter 1 to 4 and whole, quarter 1 to 4 and whole], symmetric
     * @throws IllegalArgumentException if nothing was counted at S
     */
    public double[][] quarterDistances(double severity) {
        return LayerRanking.distances(
                List.of(
                        ranking(severity, 1),
                        ranking(severity, 2),
                        ranking(severity, 3),
                        ranking(severity, 4),
                        ranking(severity)));
    }

    /**
     * All cosines of all shared layers: one observation per layer, pair of tasks and iteration.
     *
     * @return the distribution
     */
    public CosineDistribution distribution() {
        return distribution(layerNames());
    }

    /**
     * All cosines of some layers, for example of those that are still shared after Recon: one
     * observation per layer, pair of tasks and iteration.
     *
     * @param layers names of shared layers
     * @return the distribution
     * @throws IllegalArgumentException if a layer is not there
     */
    public CosineDistribution distribution(Collection<String> layers) {
        CosineDistribution sum = CosineDistribution.none(bins());
        for (String layer : layers) {
            sum = sum.plus(distribution(layer));
        }
        return sum;
    }

    /**
     * The cosines of the whole model: one observation per pair of tasks and iteration.
     *
     * @return the distribution
     */
    public CosineDistribution wholeModel() {
        return distribution(WHOLE_MODEL);
    }

    /**
     * All cosines at a layer.
     *
     * @param layer a shared layer's name or {@link #WHOLE_MODEL}
     * @return the distribution, one observation per pair of tasks and iteration
     * @throws IllegalArgumentException if the layer is not there
     */
    public CosineDistribution distribution(String layer) {
        return layer(layer).distribution();
    }

    /**
     * Everything that is known about one layer.
     *
     * @param name a shared layer's name or {@link #WHOLE_MODEL}
     * @return its conflicts by pair of tasks, epoch and quarter, its mean cosines and norms
     * @throws IllegalArgumentException if the layer is not there
     */
    public LayerConflicts layer(String name) {
        int row = WHOLE_MODEL.equals(name) ? data.layers().size() : layerNames().indexOf(name);
        if (row < 0) {
            throw new IllegalArgumentException(
                    "No shared layer '" + name + "', there are " + layerNames());
        }
        return new LayerConflicts(data, name, row);
    }

    /**
     * This report and that of another run of the same network, for example with another seed.
     * Counts are added, epochs and quarters each to their like.
     *
     * @param other a report with the same tasks, layers and cuts
     * @return the merged report
     * @throws IllegalArgumentException if tasks, layers or cuts differ
     */
    public ConflictReport merge(ConflictReport other) {
        return new ConflictReport(data.beside(other.data));
    }

    /**
     * This report and that of the same run's continuation, for example after an interruption.
     * Counts are added; quarters are those of the whole length.
     *
     * @param later a report with the same tasks, layers and cuts
     * @return the report of the whole run
     * @throws IllegalArgumentException if tasks, layers or cuts differ
     */
    public ConflictReport append(ConflictReport later) {
        return new ConflictReport(data.then(later.data));
    }

    /**
     * Tells the architecture apart from others: two networks have the same fingerprint if their
     * shared layers have the same names and numbers of parameters in the same order.
     *
     * @return SHA-256 in hexadecimal digits
     */
    public String fingerprint() {
        return Architecture.fingerprint(data.layers());
    }

    /**
     * Makes sure that this report is about a network of the given kind.
     *
     * @param graph the network to use the report on
     * @throws IllegalArgumentException if its shared layers differ in name, order or number of
     *     parameters, or if it has no output of the name of one of the tasks
     */
    public void requireSameArchitecture(ComputationGraph graph) {
        Architecture.require(data, graph);
    }

    /**
     * The report as JSON in the documented schema.
     *
     * @return the JSON text
     */
    public String toJson() {
        return ConflictJson.write(data);
    }

    /**
     * Reads what {@link #toJson} gave.
     *
     * @param json the JSON text
     * @return an equal report
     * @throws IllegalArgumentException if the text is cut off, of another format or version, or
     *     contradicts itself
     */
    public static ConflictReport fromJson(String json) {
        return new ConflictReport(ConflictJson.read(json));
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
    public static ConflictReport load(Path file) throws IOException {
        return new ConflictReport(ConflictJson.read(file));
    }

    /**
     * One line per shared layer and a last one for the whole model: {@code layer, parameters,
     * comparisons, meanCosine, minCosine} and a column {@code score[S]} for each threshold S, comma
     * separated with a header line and quotes where needed (RFC 4180). {@link LayerRanking#readCsv}
     * reads the scores back.
     *
     * @return the table
     */
    public String toCsv() {
        return ConflictCsv.write(this);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ConflictReport that && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return data.hashCode();
    }

    @Override
    public String toString() {
        return "ConflictReport of "
                + layers().size()
                + " layers, tasks "
                + tasks()
                + ", "
                + iterations()
                + " iterations";
    }
}
