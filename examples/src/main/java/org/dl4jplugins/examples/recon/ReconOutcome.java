package org.dl4jplugins.examples.recon;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.examples.run.Spread;
import org.dl4jplugins.mtl.conflict.ConflictReport;
import org.dl4jplugins.mtl.metric.DeltaM;
import org.dl4jplugins.mtl.metric.MetricValue;
import org.dl4jplugins.mtl.metric.TaskScores;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.nd4j.evaluation.classification.Evaluation;

/** The results of all runs, and what follows from them. */
public final class ReconOutcome {

    /**
     * A row of the paper's table 1.
     *
     * @param title method
     * @param accuracy percent for each task, over the seeds
     * @param deltaM percent against the mean of the single-task runs, over the seeds; null for
     *     those themselves
     * @param megabytes size of all networks that it takes
     */
    public record Row(
            String title, Map<String, Spread> accuracy, Spread deltaM, double megabytes) {}

    private final ReconSettings settings;
    private final ResultFolder folder;
    private final ConflictReport scores;
    private final ReconPlan plan;
    private final Map<RunId, RunResult> results;
    private final TaskScores single;

    ReconOutcome(
            ReconSettings settings,
            ResultFolder folder,
            ConflictReport scores,
            ReconPlan plan,
            Map<RunId, RunResult> results) {
        this.settings = settings;
        this.folder = folder;
        this.scores = scores;
        this.plan = plan;
        this.results = results;
        Map<String, List<MetricValue>> means = new LinkedHashMap<>();
        singleAccuracy()
                .forEach(
                        (task, accuracy) ->
                                means.put(
                                        task,
                                        List.of(
                                                MetricValue.higher(
                                                        Evaluation.Metric.ACCURACY.toString(),
                                                        accuracy.mean() / 100))));
        single = new TaskScores(means);
    }

    ReconSettings settings() {
        return settings;
    }

    ResultFolder folder() {
        return folder;
    }

    /** The conflicts by which the layers were chosen. */
    public ConflictReport scores() {
        return scores;
    }

    /** The split. */
    public ReconPlan plan() {
        return plan;
    }

    /** Training seconds of all runs together. */
    double seconds() {
        return results.values().stream().mapToDouble(RunResult::seconds).sum();
    }

    /** All rows, single-task first, each method followed by itself with Recon. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        double size = 0;
        for (String task : MultiFashionMnist.TASKS) {
            size += results.get(RunId.single(task, settings.seeds().get(0))).megabytes();
        }
        rows.add(new Row("Single-task", singleAccuracy(), null, size));
        for (Method method : settings.methods()) {
            rows.add(row(method, RunId.Kind.PLAIN));
            rows.add(row(method, RunId.Kind.RECON));
        }
        return rows;
    }

    /** The row of a method as it is or with Recon. */
    Row row(Method method, RunId.Kind kind) {
        List<RunResult> runs = runs(method, kind);
        Map<String, Spread> accuracy = new LinkedHashMap<>();
        for (String task : MultiFashionMnist.TASKS) {
            accuracy.put(
                    task, Spread.of(runs.stream().mapToDouble(r -> accuracy(r, task)).toArray()));
        }
        double[] gains =
                runs.stream().mapToDouble(r -> DeltaM.percent(r.scores(), single)).toArray();
        return new Row(
                method.title(kind == RunId.Kind.RECON),
                accuracy,
                Spread.of(gains),
                runs.get(0).megabytes());
    }

    private Map<String, Spread> singleAccuracy() {
        Map<String, Spread> accuracy = new LinkedHashMap<>();
        for (String task : MultiFashionMnist.TASKS) {
            double[] values =
                    settings.seeds().stream()
                            .mapToDouble(
                                    seed -> accuracy(results.get(RunId.single(task, seed)), task))
                            .toArray();
            accuracy.put(task, Spread.of(values));
        }
        return accuracy;
    }

    private List<RunResult> runs(Method method, RunId.Kind kind) {
        return settings.seeds().stream()
                .map(seed -> results.get(new RunId(kind, null, method, seed)))
                .toList();
    }

    private static double accuracy(RunResult run, String task) {
        return 100 * run.scores().task(task).get(0).value();
    }

    /** The conflicts of a method's runs on all layers that its network shares. */
    public ConflictReport conflicts(Method method, boolean recon) throws IOException {
        return merged(method, recon ? RunId.Kind.RECON : RunId.Kind.PLAIN, false);
    }

    /** The conflicts of the joint network's runs on the layers only that stay shared. */
    public ConflictReport jointOnRemaining() throws IOException {
        return merged(Method.JOINT, RunId.Kind.PLAIN, true);
    }

    private ConflictReport merged(Method method, RunId.Kind kind, boolean remaining)
            throws IOException {
        ConflictReport all = null;
        for (long seed : settings.seeds()) {
            RunId id = new RunId(kind, null, method, seed);
            ConflictReport one =
                    ConflictReport.load(remaining ? folder.remaining(id) : folder.conflicts(id));
            all = all == null ? one : all.merge(one);
        }
        return all;
    }

    /**
     * How much rarer conflicts below a cosine are with Recon than in joint training, in percent.
     *
     * @param severity the cosine
     * @param before percent of joint training's iterations whose gradients with respect to all
     *     shared parameters conflict so
     * @param paper less by, with Recon on the layers that stay shared, as the paper's tables count
     * @param sameLayers less by, on the layers that stay shared before and after
     * @param layerByLayer less by, on the same layers, each layer's cosine counted by itself
     */
    record Reduction(
            double severity, double before, double paper, double sameLayers, double layerByLayer) {}

    /** The reductions by Recon with joint training at all recorded severities, mild to severe. */
    List<Reduction> reductions() throws IOException {
        ConflictReport joint = conflicts(Method.JOINT, false);
        ConflictReport same = jointOnRemaining();
        ConflictReport recon = conflicts(Method.JOINT, true);
        List<Reduction> reductions = new ArrayList<>();
        for (double s : recon.thresholds()) {
            reductions.add(
                    new Reduction(
                            s,
                            100 * joint.wholeModel().shareBelow(s),
                            recon.wholeModel().reductionFrom(joint.wholeModel(), s),
                            recon.wholeModel().reductionFrom(same.wholeModel(), s),
                            recon.distribution().reductionFrom(same.distribution(), s)));
        }
        return reductions;
    }
}
