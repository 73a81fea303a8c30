package org.dl4jplugins.core.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.arbiter.scoring.util.ScoreUtil;

/**
 * Tasks for Arbiter's {@code LocalOptimizationRunner} that train and score graphs, with data from a
 * {@link DataSource} or a data provider. A candidate whose training fails or whose score is not
 * finite is reported as failed, the search goes on.
 */
public abstract class GraphTaskCreator implements TaskCreator {

    /** For subclasses. */
    protected GraphTaskCreator() {}

    /**
     * How candidates are trained.
     *
     * @return called for several candidates at the same time if the runner has several threads
     */
    protected abstract CandidateTraining training();

    /** {@inheritDoc} Arbiter's older way of giving data, which needs no class of one's own. */
    @Override
    @Deprecated
    @SuppressWarnings("rawtypes")
    public Callable<OptimizationResult> create(
            Candidate candidate,
            DataProvider dataProvider,
            ScoreFunction scoreFunction,
            List<StatusListener> statusListeners,
            IOptimizationRunner runner) {
        Map<String, Object> parameters = parameters(candidate);
        SearchData data =
                new SearchData(
                        () -> ScoreUtil.getMultiIterator(dataProvider.trainData(parameters)),
                        model -> scoreFunction.score(model, dataProvider, parameters));
        return new CandidateTask(training(), data, candidate, statusListeners, runner);
    }

    @SuppressWarnings({"rawtypes", "unchecked"})
    private static Map<String, Object> parameters(Candidate candidate) {
        return candidate.getDataParameters();
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
        SearchData data =
                new SearchData(
                        () ->
                                ScoreUtil.getMultiIterator(
                                        DataSources.create(dataSource, dataSourceProperties)
                                                .trainData()),
                        model -> scoreFunction.score(model, dataSource, dataSourceProperties));
        return new CandidateTask(training(), data, candidate, statusListeners, runner);
    }
}
