package org.dl4jplugins.multimodal.arbiter;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.saving.ResultReference;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.CandidateInfo;
import org.deeplearning4j.arbiter.optimize.runner.CandidateStatus;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Scores the candidates of a {@link SamplingSpace} by a {@link SamplingScore}; nothing is trained:
 *
 * <pre>{@code
 * OptimizationConfiguration search = new OptimizationConfiguration.Builder()
 *         .candidateGenerator(new RandomSearchGenerator(space))
 *         .scoreFunction(score)
 *         .terminationConditions(new MaxCandidatesCondition(20))
 *         .build();
 * LocalOptimizationRunner runner =
 *         new LocalOptimizationRunner(search, new SamplingTaskCreator());
 * runner.execute();
 * }</pre>
 *
 * <p>The runner's results hold the candidates and their scores. A candidate whose score fails or is
 * not finite is reported as failed, the search goes on.
 */
public final class SamplingTaskCreator implements TaskCreator {

    /** A result among the runner's; its model is the candidate. */
    private record Reached(OptimizationResult result) implements ResultReference {
        @Override
        public OptimizationResult getResult() {
            return result;
        }

        @Override
        public Object getResultModel() {
            return result.getCandidate().getValue();
        }
    }

    /** A task creator for one search. */
    public SamplingTaskCreator() {}

    /** {@inheritDoc} The data provider is not used and may be null. */
    @Override
    @Deprecated
    @SuppressWarnings("rawtypes")
    public Callable<OptimizationResult> create(
            Candidate candidate,
            DataProvider dataProvider,
            ScoreFunction scoreFunction,
            List<StatusListener> statusListeners,
            IOptimizationRunner runner) {
        return task(
                candidate,
                () -> scoreFunction.score(candidate.getValue(), dataProvider, null),
                statusListeners,
                runner);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Callable<OptimizationResult> create(
            Candidate candidate,
            Class<? extends DataSource> dataSource,
            Properties dataSourceProperties,
            ScoreFunction scoreFunction,
            List<StatusListener> statusListeners,
            IOptimizationRunner runner) {
        return task(
                candidate,
                () -> scoreFunction.score(candidate.getValue(), dataSource, dataSourceProperties),
                statusListeners,
                runner);
    }

    private Callable<OptimizationResult> task(
            Candidate<?> candidate,
            DoubleSupplier score,
            List<StatusListener> listeners,
            IOptimizationRunner runner) {
        return () -> {
            OptimizationResult result = result(candidate, score);
            if (listeners != null) {
                for (StatusListener listener : listeners) {
                    listener.onCandidateStatusChange(result.getCandidateInfo(), runner, result);
                }
            }
            return result;
        };
    }

    /** Candidates share a model, which is not for several threads. */
    private synchronized OptimizationResult result(Candidate<?> candidate, DoubleSupplier score) {
        long start = System.currentTimeMillis();
        Double reached = null;
        String trace = null;
        try {
            reached = score.getAsDouble();
        } catch (RuntimeException failed) {
            StringWriter text = new StringWriter();
            failed.printStackTrace(new PrintWriter(text));
            trace = text.toString();
        } finally {
            Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
        }
        CandidateInfo info =
                new CandidateInfo(
                        candidate.getIndex(),
                        trace == null ? CandidateStatus.Complete : CandidateStatus.Failed,
                        reached,
                        start,
                        start,
                        System.currentTimeMillis(),
                        candidate.getFlatParameters(),
                        trace);
        OptimizationResult result =
                new OptimizationResult(
                        candidate, reached, candidate.getIndex(), candidate.getValue(), info, null);
        result.setResultReference(new Reached(result));
        return result;
    }
}
