package org.dl4jplugins.align.arbiter;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains and scores one candidate and reports what became of it. */
final class GraphTask implements Callable<OptimizationResult> {

    private static final Logger LOG = LoggerFactory.getLogger(GraphTask.class);

    private final Candidate<?> candidate;
    private final Callable<Tuned> training;
    private final ToDoubleFunction<ComputationGraph> score;
    private final List<StatusListener> listeners;
    private final IOptimizationRunner runner;
    private final long created = System.currentTimeMillis();

    GraphTask(
            Candidate<?> candidate,
            Callable<Tuned> training,
            ToDoubleFunction<ComputationGraph> score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        this.candidate = candidate;
        this.training = training;
        this.score = score;
        this.listeners = listeners == null ? List.of() : listeners;
        this.runner = runner;
    }

    @Override
    public OptimizationResult call() {
        long start = System.currentTimeMillis();
        OptimizationResult result;
        try {
            Tuned tuned = training.call();
            double reached = score.applyAsDouble(tuned.graph());
            if (!Double.isFinite(reached)) {
                throw new IllegalStateException("The candidate's score is " + reached);
            }
            result = result(start, reached, tuned.details(), CandidateStatus.Complete, null);
            save(result, tuned.graph());
        } catch (Exception failed) {
            LOG.warn("Candidate {} failed", candidate.getIndex(), failed);
            StringWriter trace = new StringWriter();
            failed.printStackTrace(new PrintWriter(trace));
            result = result(start, null, null, CandidateStatus.Failed, trace.toString());
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
        for (StatusListener listener : listeners) {
            listener.onCandidateStatusChange(result.getCandidateInfo(), runner, result);
        }
        return result;
    }

    private void save(OptimizationResult result, ComputationGraph graph) throws IOException {
        ResultSaver saver = runner.getConfiguration().getResultSaver();
        if (saver != null) {
            result.setResultReference(saver.saveModel(result, graph));
        }
    }

    private OptimizationResult result(
            long start, Double reached, Object details, CandidateStatus status, String trace) {
        CandidateInfo info =
                new CandidateInfo(
                        candidate.getIndex(),
                        status,
                        reached,
                        created,
                        start,
                        System.currentTimeMillis(),
                        candidate.getFlatParameters(),
                        trace);
        return new OptimizationResult(
                candidate, reached, candidate.getIndex(), details, info, null);
    }
}
