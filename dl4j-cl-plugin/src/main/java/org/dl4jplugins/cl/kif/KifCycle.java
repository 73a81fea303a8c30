package org.dl4jplugins.cl.kif;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.dl4jplugins.cl.importance.Importance;
import org.dl4jplugins.cl.importance.ImportanceListener;
import org.dl4jplugins.cl.importance.ParameterSelection;
import org.dl4jplugins.cl.stream.TaskBatch;
import org.dl4jplugins.cl.train.Learner;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The arrays of a graph's cycles, all made once: nothing of the parameters' number is added. */
final class KifCycle {

    private final KifSettings settings;
    private final ComputationGraph graph;
    private final ParameterSelection selection;
    private final INDArray start;
    private final INDArray afterInner;
    private final INDArray afterOuter;
    private final ImportanceListener inner;
    private final ImportanceListener outer;
    private final OuterLearner outerLearner;
    private int innerSteps;
    private boolean measured;

    KifCycle(KifSettings settings, ComputationGraph graph) {
        this.settings = settings;
        this.graph = graph;
        this.selection = settings.select(graph);
        DataType type = graph.params().dataType();
        this.start = Nd4j.zeros(type, selection.size());
        this.afterInner = Nd4j.zeros(type, selection.size());
        this.afterOuter = Nd4j.zeros(type, selection.size());
        this.inner =
                new ImportanceListener(
                        new Importance(selection, settings.innerSmoothing(), type),
                        settings.weightTime());
        this.outer =
                new ImportanceListener(
                        new Importance(selection, settings.outerSmoothing(), type),
                        settings.weightTime());
        this.outerLearner = new OuterLearner(graph, settings.outerUpdater());
    }

    /** Importances that are measured once per task are due again. */
    void startTask() {
        measured = false;
    }

    boolean open() {
        return innerSteps > 0;
    }

    /** An inner step; the last one of a cycle ends it. */
    void step(Learner learner, MultiDataSet batch, int outerBatch) {
        if (innerSteps == 0) {
            selection.gather(graph.params(), start);
            if (measures() && !settings.keepInner()) {
                inner.importance().reset();
            }
        }
        step(inner, true, () -> learner.fit(batch));
        if (++innerSteps == settings.innerSteps()) {
            end(learner, outerBatch);
        }
    }

    /** Learns from memory and fuses. */
    void end(Learner learner, int outerBatch) {
        selection.gather(graph.params(), afterInner);
        if (measures() && !settings.keepOuter()) {
            outer.importance().reset();
        }
        for (int i = 0; i < settings.outerSteps(); i++) {
            TaskBatch batch = learner.memory().draw(outerBatch, learner.random(1));
            outerLearner.run(() -> step(outer, false, () -> learner.fit(batch)));
        }
        selection.gather(graph.params(), afterOuter);
        settings.fusion()
                .fuse(start, afterInner, afterOuter, inner.importance(), outer.importance());
        selection.scatter(afterOuter, graph.params());
        innerSteps = 0;
        measured = true;
    }

    private boolean measures() {
        return !(settings.measureOnce() && measured);
    }

    private void step(ImportanceListener listener, boolean withOthers, Runnable step) {
        Collection<TrainingListener> own = graph.getListeners();
        List<TrainingListener> now = new ArrayList<>();
        if (withOthers) {
            now.addAll(own);
        }
        if (measures()) {
            now.add(listener);
        }
        List<TrainingListener> before = new ArrayList<>(own);
        graph.setListeners(now);
        try {
            step.run();
        } finally {
            graph.setListeners(before);
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(innerSteps);
        out.writeBoolean(measured);
        Nd4j.write(start, out);
        write(inner.importance(), out);
        write(outer.importance(), out);
        outerLearner.write(out);
    }

    void read(DataInputStream in) throws IOException {
        innerSteps = in.readInt();
        measured = in.readBoolean();
        start.assign(Nd4j.read(in));
        read(inner.importance(), in);
        read(outer.importance(), in);
        outerLearner.read(in);
    }

    private static void write(Importance importance, DataOutputStream out) throws IOException {
        out.writeLong(importance.updates());
        Nd4j.write(importance.mean(), out);
        if (importance.deviation() != null) {
            Nd4j.write(importance.deviation(), out);
        }
    }

    private static void read(Importance importance, DataInputStream in) throws IOException {
        long updates = in.readLong();
        INDArray mean = Nd4j.read(in);
        importance.restore(mean, importance.deviation() == null ? null : Nd4j.read(in), updates);
    }
}
