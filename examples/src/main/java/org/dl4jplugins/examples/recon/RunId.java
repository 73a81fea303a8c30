package org.dl4jplugins.examples.recon;

import java.util.List;

/**
 * One training of the experiment.
 *
 * @param kind what is trained
 * @param task the only task of a single-task run, else null
 * @param method how the tasks are balanced
 * @param seed of weights, pairing and order
 */
record RunId(Kind kind, String task, Method method, long seed) {

    /** What is trained. */
    enum Kind {
        /** One network for one task. */
        SINGLE,
        /** The run that scores the layers. */
        SCORING,
        /** The network that shares everything but the heads. */
        PLAIN,
        /** The network with the disputed layers split. */
        RECON
    }

    static RunId single(String task, long seed) {
        return new RunId(Kind.SINGLE, task, Method.JOINT, seed);
    }

    static RunId scoring(long seed) {
        return new RunId(Kind.SCORING, null, Method.JOINT, seed);
    }

    /** Names of the network's outputs. */
    List<String> outputs() {
        return task == null ? MultiFashionMnist.TASKS : List.of(task);
    }

    /** Passes over the training data. */
    int epochs(ReconSettings settings) {
        return kind == Kind.SCORING ? settings.scoringEpochs() : settings.epochs();
    }

    /** Name of the run's files. */
    @Override
    public String toString() {
        String name =
                switch (kind) {
                    case SINGLE -> "single-" + task;
                    case SCORING -> "scoring";
                    case PLAIN -> method.key();
                    case RECON -> method.key() + "+recon";
                };
        return name + "-seed" + seed;
    }
}
