package org.dl4jplugins.cl.train;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.dl4jplugins.cl.memory.Memory;
import org.dl4jplugins.cl.metric.AccuracyMatrix;
import org.dl4jplugins.cl.stream.StreamEvaluation;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/**
 * Trains a graph on a stream of tasks by any method, and scores it on all tasks after each.
 *
 * <p>With a checkpoint file a training that was killed goes on where the file was last written, and
 * ends with the same bits as if it had never been. That needs the same graph configuration, stream,
 * method, budget and seed, and data that are the same in the same epoch; anything that can be
 * compared is.
 *
 * <pre>{@code
 * ContinualResult result =
 *         new ContinualTrainer.Builder(graph, stream, new RecurrentKif.Builder().build())
 *                 .memory(new FractionMemory())
 *                 .budget(Budget.epochs(10))
 *                 .checkpoint(Path.of("kif.checkpoint"), 100)
 *                 .build()
 *                 .run();
 * }</pre>
 */
public final class ContinualTrainer {

    private final ComputationGraph graph;
    private final TaskStream stream;
    private final ContinualMethod method;
    private final Memory memory;
    private final TrainerSettings settings;
    private final Learner learner;
    private final ModelChoice choice;
    private final StreamEvaluation evaluation;
    private final Checkpoint checkpoint;

    private AccuracyMatrix matrix;
    private final List<Long> steps = new ArrayList<>();
    private boolean started;
    private int epoch;
    private int batch;
    private long savedAt;
    private boolean ran;

    private ContinualTrainer(Builder builder) {
        this.graph = builder.graph;
        this.stream = builder.stream;
        this.method = builder.method;
        this.memory = builder.memory;
        this.settings = builder.settings();
        this.learner = new Learner(graph, stream, memory, builder.seed);
        this.evaluation = learner.evaluation(method);
        this.choice =
                builder.early == null
                        ? null
                        : new ModelChoice(builder.early, learner, evaluation, builder.progress);
        this.checkpoint =
                builder.checkpoint == null ? null : new Checkpoint(builder.checkpoint, owner());
    }

    /**
     * Trains to the end of the stream, from the checkpoint if there is one.
     *
     * @return scores and numbers of steps
     * @throws IllegalArgumentException if the checkpoint is broken or of another configuration; the
     *     model and the file are then unchanged
     * @throws IllegalStateException if a loss or an importance is not finite, or it ran before
     */
    public ContinualResult run() {
        if (ran) {
            throw new IllegalStateException("This trainer ran already; build another one");
        }
        ran = true;
        matrix = AccuracyMatrix.of(stream.names());
        try {
            if (checkpoint != null && checkpoint.exists()) {
                checkpoint.load(this::read);
            } else if (settings.initial()) {
                matrix = matrix.withInitial(evaluation.row(graph, -1));
            }
            while (!matrix.complete()) {
                learn();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ContinualResult(method.describe(), matrix, steps);
    }

    private void learn() throws IOException {
        if (!started) {
            start(steps.size());
        }
        Task task = stream.task(learner.task());
        boolean ended = false;
        while (!ended && allowed()) {
            ended = pass(task);
        }
        if (learner.taskSteps() == 0) {
            throw new IllegalStateException(
                    settings.budget() + " allows no step of " + method.describe());
        }
        method.finish(learner);
        if (choice != null) {
            choice.finish();
        }
        learner.seed();
        method.afterTask(learner);
        if (memory != null) {
            memory.add(learner.task(), task.train(), learner.random(0));
        }
        int scored = settings.later() ? stream.size() : learner.task() + 2;
        matrix = matrix.with(evaluation.row(graph, learner.task(), scored));
        steps.add(learner.taskSteps());
        started = false;
        save();
        settings.progress().taskDone(learner, matrix);
    }

    private void start(int task) {
        learner.start(task);
        epoch = 0;
        batch = 0;
        if (settings.freshUpdater() && task > 0) {
            graph.setUpdater(new ComputationGraphUpdater(graph));
            graph.getConfiguration().setIterationCount(0);
        }
        if (choice != null) {
            choice.start();
        }
        method.beforeTask(learner);
        started = true;
    }

    private boolean allowed() {
        return settings.budget().allows(epoch, learner.taskSteps(), method.cost(learner));
    }

    /** One pass over the data, or its rest; whether early stopping ended the task. */
    private boolean pass(Task task) throws IOException {
        MultiDataSetIterator data = task.train().open(epoch);
        for (int done = 0; done < batch; done++) {
            data.next();
        }
        if (!data.hasNext() && batch == 0) {
            throw new IllegalStateException("Task '" + task.name() + "' has no training data");
        }
        while (data.hasNext() && allowed()) {
            if (choice != null && method.atRest() && choice.stop()) {
                return true;
            }
            MultiDataSet examples = data.next();
            method.step(learner, examples);
            if (memory != null) {
                memory.observe(learner.task(), examples, learner.random(2));
            }
            batch++;
            settings.progress().step(learner, graph.score());
            if (settings.saves(learner.steps(), savedAt)) {
                save();
            }
        }
        if (!data.hasNext()) {
            epoch++;
            batch = 0;
        }
        return false;
    }

    private void save() throws IOException {
        if (checkpoint != null) {
            checkpoint.save(this::write);
            savedAt = learner.steps();
        }
    }

    private void write(DataOutputStream out) throws IOException {
        byte[] json = matrix.toJson().getBytes(StandardCharsets.UTF_8);
        out.writeInt(json.length);
        out.write(json);
        for (long count : steps) {
            out.writeLong(count);
        }
        out.writeBoolean(started);
        out.writeInt(epoch);
        out.writeInt(batch);
        out.writeInt(learner.task());
        out.writeLong(learner.steps());
        out.writeLong(learner.taskSteps());
        ModelState.write(graph, out);
        if (choice != null) {
            choice.write(out);
        }
        if (memory != null) {
            memory.save(out);
        }
        method.save(out);
    }

    private void read(DataInputStream in) throws IOException {
        String json = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
        matrix = AccuracyMatrix.fromJson(json);
        for (int i = 0; i < matrix.rows().length; i++) {
            steps.add(in.readLong());
        }
        started = in.readBoolean();
        epoch = in.readInt();
        batch = in.readInt();
        learner.restore(in.readInt(), in.readLong(), in.readLong());
        savedAt = learner.steps();
        ModelState.read(graph, in);
        if (choice != null) {
            choice.read(in);
        }
        if (memory != null) {
            memory.restore(in);
        }
        method.restore(learner, in);
    }

    /** All that a checkpoint must agree with. */
    private String owner() {
        String json =
                graph.getConfiguration()
                        .toJson()
                        .replaceAll("\"(iteration|epoch)Count\"\\s*:\\s*\\d+", "");
        CRC32 sum = new CRC32();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return String.join(
                "\n",
                "model " + graph.numParams() + " parameters " + Long.toHexString(sum.getValue()),
                stream.toString(),
                method.describe(),
                memory == null ? "no memory" : memory.describe(),
                settings.describe());
    }

    /** Collects settings; the budget is one epoch per task and nothing is kept unless said so. */
    public static final class Builder {
        private final ComputationGraph graph;
        private final TaskStream stream;
        private final ContinualMethod method;
        private Memory memory;
        private Budget budget = Budget.epochs(1);
        private EarlyStopping early;
        private Path checkpoint;
        private int every;
        private long seed = 42;
        private boolean freshUpdater = true;
        private boolean initial = true;
        private boolean later = true;
        private Progress progress = new Progress() {};

        /**
         * @param graph an initialized model, which is trained
         * @param stream the tasks
         * @param method what is done with a batch
         */
        public Builder(ComputationGraph graph, TaskStream stream, ContinualMethod method) {
            this.graph = graph;
            this.stream = stream;
            this.method = method;
        }

        /**
         * @param memory keeps examples of old tasks, empty; none by default
         */
        public Builder memory(Memory memory) {
            this.memory = memory;
            return this;
        }

        /**
         * @param budget how long each task is learned, one epoch by default
         */
        public Builder budget(Budget budget) {
            this.budget = budget;
            return this;
        }

        /**
         * @param early chooses each task's best model; none by default: its last goes on
         */
        public Builder earlyStopping(EarlyStopping early) {
            this.early = early;
            return this;
        }

        /**
         * @param file written after each task and in between; if it exists, training goes on from
         *     it
         * @param steps gradient steps between two checkpoints, 0 for after each task only
         */
        public Builder checkpoint(Path file, int steps) {
            this.checkpoint = file;
            this.every = steps;
            return this;
        }

        /**
         * @param seed of dropout, memories and draws, 42 by default
         */
        public Builder seed(long seed) {
            this.seed = seed;
            return this;
        }

        /**
         * @param fresh whether each task starts with a new updater state and iteration 0, as in the
         *     published code; true by default
         */
        public Builder freshUpdater(boolean fresh) {
            this.freshUpdater = fresh;
            return this;
        }

        /**
         * @param initial whether the model is scored before the stream, which forward transfer
         *     needs; true by default
         */
        public Builder scoreBefore(boolean initial) {
            this.initial = initial;
            return this;
        }

        /**
         * @param later whether the model is scored on all later tasks after each task, rather than
         *     on the next one only, which is all that any metric needs; true by default
         */
        public Builder scoreLater(boolean later) {
            this.later = later;
            return this;
        }

        /**
         * @param progress is told how it goes
         */
        public Builder progress(Progress progress) {
            this.progress = progress;
            return this;
        }

        /**
         * @throws IllegalArgumentException if the parts do not fit each other
         */
        public ContinualTrainer build() {
            TrainerChecks.check(graph, stream, memory, early, every);
            ContinualTrainer trainer = new ContinualTrainer(this);
            method.validate(trainer.learner);
            return trainer;
        }

        private TrainerSettings settings() {
            return new TrainerSettings(
                    budget, early, every, seed, freshUpdater, initial, later, progress);
        }
    }
}
