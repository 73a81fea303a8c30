package org.dl4jplugins.align.arbiter;

import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.deeplearning4j.arbiter.optimize.api.Candidate;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.TaskCreator;
import org.deeplearning4j.arbiter.optimize.api.data.DataProvider;
import org.deeplearning4j.arbiter.optimize.api.data.DataSource;
import org.deeplearning4j.arbiter.optimize.api.score.ScoreFunction;
import org.deeplearning4j.arbiter.optimize.runner.IOptimizationRunner;
import org.deeplearning4j.arbiter.optimize.runner.listener.StatusListener;
import org.deeplearning4j.arbiter.scoring.util.ScoreUtil;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Arbiter's side of a task creator: gets data, trains, scores. */
abstract class GraphTaskCreator implements TaskCreator {

    /**
     * Trains a candidate's graph.
     *
     * @param candidate its settings
     * @param data gives the training data, from the start at each call
     */
    abstract Tuned train(Object candidate, Supplier<MultiDataSetIterator> data);

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
        return new GraphTask(
                candidate,
                () ->
                        train(
                                candidate.getValue(),
                                () ->
                                        ScoreUtil.getMultiIterator(
                                                dataProvider.trainData(parameters))),
                model -> scoreFunction.score(model, dataProvider, parameters),
                statusListeners,
                runner);
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
        return new GraphTask(
                candidate,
                () ->
                        train(
                                candidate.getValue(),
                                () ->
                                        ScoreUtil.getMultiIterator(
                                                source(dataSource, dataSourceProperties)
                                                        .trainData())),
                model -> scoreFunction.score(model, dataSource, dataSourceProperties),
                statusListeners,
                runner);
    }

    private static DataSource source(Class<? extends DataSource> type, Properties properties) {
        try {
            DataSource source = type.getConstructor().newInstance();
            if (properties != null) {
                source.configure(properties);
            }
            return source;
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    "dataSource: "
                            + type.getName()
                            + " given, right is a public class with a public constructor without"
                            + " arguments",
                    e);
        }
    }
}
