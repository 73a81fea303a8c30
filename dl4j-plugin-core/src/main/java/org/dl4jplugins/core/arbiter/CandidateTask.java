package org.dl4jplugins.core.arbiter;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.listener.DL4JArbiterStatusReportingListener;
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

/**
 * One candidate of a search: its training runs, its model is saved, status listeners are told. If
 * it fails the candidate is reported as failed, with its stack trace, and the search goes on.
 */
final class CandidateTask implements Callable<OptimizationResult> {

    private static final Logger LOG = LoggerFactory.getLogger(CandidateTask.class);

    private final CandidateTraining training;
    private final SearchData data;
    private final Candidate<?> candidate;
    private final List<StatusListener> listeners;
    private final IOptimizationRunner runner;
    private final long start = System.currentTimeMillis();

    CandidateTask(
            CandidateTraining training,
            SearchData data,
            Candidate<?> candidate,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        this.training = training;
        this.data = data;
        this.candidate = candidate;
        this.listeners = listeners == null ? List.of() : listeners;
        this.runner = runner;
    }

    @Override
    public OptimizationResult call() {
        OptimizationResult result;
        try {
            result = trained();
        } catch (RuntimeException | IOException failed) {
            LOG.warn("Candidate {} failed", candidate.getIndex(), failed);
            StringWriter trace = new StringWriter();
            failed.printStackTrace(new PrintWriter(trace));
            result = result(null, null, CandidateStatus.Failed, trace.toString());
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
        for (StatusListener listener : listeners) {
            listener.onCandidateStatusChange(result.getCandidateInfo(), runner, result);
        }
        return result;
    }

    private OptimizationResult trained() throws IOException {
        CandidateTraining.Trained trained =
                training.train(candidate.getValue(), data.train(), this::listen);
        ComputationGraph graph = trained.graph();
        OptimizationResult result =
                result(data.score(graph), trained.details(), CandidateStatus.Complete, null);
        ResultSaver saver = runner.getConfiguration().getResultSaver();
        if (saver != null) {
            result.setResultReference(saver.saveModel(result, graph));
        }
        return result;
    }

    private void listen(ComputationGraph graph) {
        if (!listeners.isEmpty()) {
            graph.addListeners(
                    new DL4JArbiterStatusReportingListener(
                            listeners, info(null, CandidateStatus.Running, null)));
        }
    }

    private OptimizationResult result(
            Double reached, Object details, CandidateStatus status, String trace) {
        CandidateInfo info = info(reached, status, trace);
        return new OptimizationResult(
                candidate, reached, candidate.getIndex(), details, info, null);
    }

    private CandidateInfo info(Double reached, CandidateStatus status, String trace) {
        Long end = status == CandidateStatus.Running ? null : System.currentTimeMillis();
        return new CandidateInfo(
                candidate.getIndex(),
                status,
                reached,
                start,
                start,
                end,
                candidate.getFlatParameters(),
                trace);
    }
}
