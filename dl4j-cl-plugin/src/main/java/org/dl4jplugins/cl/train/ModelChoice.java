package org.dl4jplugins.cl.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Early stopping within a task: the best model so far, and when to stop. */
final class ModelChoice {

    private final EarlyStopping settings;
    private final Learner learner;
    private final StreamEvaluation evaluation;
    private final Progress progress;
    private List<INDArray> best;
    private double bestScore;
    private int waited;
    private long validated;

    ModelChoice(
            EarlyStopping settings,
            Learner learner,
            StreamEvaluation evaluation,
            Progress progress) {
        this.settings = settings;
        this.learner = learner;
        this.evaluation = evaluation;
        this.progress = progress;
    }

    void start() {
        best = null;
        bestScore = Double.NEGATIVE_INFINITY;
        waited = 0;
        validated = 0;
    }

    /** Scores the model if it is time; whether the task should end. */
    boolean stop() {
        if (learner.taskSteps() - validated >= settings.every()) {
            validate();
        }
        return settings.patience() > 0 && waited >= settings.patience();
    }

    /** Makes the model the task's best, the present one included. */
    void finish() {
        if (learner.taskSteps() > validated) {
            validate();
        }
        if (best != null) {
            ModelState.assign(best, ModelState.learning(learner.graph()));
        }
    }

    private void validate() {
        validated = learner.taskSteps();
        double score = evaluation.validation(learner.graph(), learner.task(), settings.examples());
        boolean better = score > bestScore;
        progress.validated(learner, score, better);
        if (!better) {
            waited++;
            return;
        }
        waited = 0;
        bestScore = score;
        List<INDArray> now = ModelState.learning(learner.graph());
        if (best == null) {
            best = ModelState.copies(now);
        } else {
            ModelState.assign(now, best);
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeDouble(bestScore);
        out.writeInt(waited);
        out.writeLong(validated);
        out.writeBoolean(best != null);
        if (best != null) {
            ModelState.write(best, out);
        }
    }

    void read(DataInputStream in) throws IOException {
        bestScore = in.readDouble();
        waited = in.readInt();
        validated = in.readLong();
        best = in.readBoolean() ? ModelState.read(in, ModelState.learning(learner.graph())) : null;
    }
}
