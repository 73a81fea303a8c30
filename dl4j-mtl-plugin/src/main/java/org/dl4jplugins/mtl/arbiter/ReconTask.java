package org.dl4jplugins.mtl.arbiter;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.arbiter.listener.DL4JArbiterStatusReportingListener;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultSaver;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes, trains and scores the network of one candidate. */
final class ReconTask implements Callable<OptimizationResult> {

    private static final Logger LOG = LoggerFactory.getLogger(ReconTask.class);

    private final ReconTaskCreator creator;
    private final Candidate<?> candidate;
    private final Supplier<MultiDataSetIterator> data;
    private final ToDoubleFunction<ComputationGraph> score;
    private final List<StatusListener> listeners;
    private final IOptimizationRunner runner;
    private final long start = System.currentTimeMillis();

    ReconTask(
            ReconTaskCreator creator,
            Candidate<?> candidate,
            Supplier<MultiDataSetIterator> data,
            ToDoubleFunction<ComputationGraph> score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        this.creator = creator;
        this.candidate = candidate;
        this.data = data;
        this.score = score;
        this.listeners = listeners == null ? List.of() : listeners;
        this.runner = runner;
    }

    @Override
    public OptimizationResult call() {
        OptimizationResult result;
        try {
            result = train((ReconCandidate) candidate.getValue());
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

    private OptimizationResult train(ReconCandidate settings) throws IOException {
        ComputationGraph base = GraphUpdaters.replaced(creator.graph(), settings.updater());
        ReconPlan plan = plan(base, settings);
        ComputationGraph graph = plan == null ? unmodified(base, settings) : plan.apply(base);
        Accelerator.accelerate(graph);
        // With every shared layer split there is nothing left to balance.
        if (!SharedLayers.of(graph).isEmpty()) {
            settings.balancer().ifPresent(balancer -> graph.addListeners(balancer));
        }
        if (!listeners.isEmpty()) {
            graph.addListeners(
                    new DL4JArbiterStatusReportingListener(
                            listeners, info(null, CandidateStatus.Running, null)));
        }
        graph.fit(data.get(), creator.epochs());
        OptimizationResult result =
                result(score.applyAsDouble(graph), plan, CandidateStatus.Complete, null);
        ResultSaver saver = runner.getConfiguration().getResultSaver();
        if (saver != null) {
            result.setResultReference(saver.saveModel(result, graph));
        }
        return result;
    }

    private ReconPlan plan(ComputationGraph base, ReconCandidate settings) {
        if (settings.topK() != null && settings.topK() == 0) {
            return null;
        }
        ReconTransformer.Builder recon =
                new ReconTransformer.Builder(base)
                        .report(creator.report(), settings.severity())
                        .init(settings.init())
                        .seed(creator.seed());
        return (settings.topK() != null
                        ? recon.topK(settings.topK())
                        : recon.budgetPercent(settings.budgetPercent()))
                .build()
                .plan();
    }

    private ComputationGraph unmodified(ComputationGraph base, ReconCandidate settings) {
        if (settings.init() == ReconInit.FROM_TRAINED) {
            return base;
        }
        base.getConfiguration().getDefaultConfiguration().setSeed(creator.seed());
        ComputationGraph fresh = new ComputationGraph(base.getConfiguration());
        fresh.init();
        return fresh;
    }

    private OptimizationResult result(
            Double reached, ReconPlan plan, CandidateStatus status, String trace) {
        CandidateInfo info = info(reached, status, trace);
        return new OptimizationResult(candidate, reached, candidate.getIndex(), plan, info, null);
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
