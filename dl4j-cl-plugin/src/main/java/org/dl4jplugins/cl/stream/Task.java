package org.dl4jplugins.cl.stream;

import java.util.Arrays;

/** A named task: its data, its classes, and how it is scored. Immutable. */
public final class Task {

    private final String name;
    private final TaskData train;
    private final TaskData validation;
    private final TaskData test;
    private final int[] classes;
    private final TaskScore score;

    private Task(Builder builder) {
        this.name = builder.name;
        this.train = builder.train;
        this.validation = builder.validation;
        this.test = builder.test;
        this.classes = builder.classes;
        this.score = builder.score;
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** What it is learned from. */
    public TaskData train() {
        return train;
    }

    /** What models are chosen by, null if there is none. */
    public TaskData validation() {
        return validation;
    }

    /** What it is scored on. */
    public TaskData test() {
        return test;
    }

    /** Indices of its classes in ascending order, null if it uses all outputs. */
    public int[] classes() {
        return classes == null ? null : classes.clone();
    }

    /** How many answers are right. */
    public TaskScore score() {
        return score;
    }

    @Override
    public String toString() {
        return name + (classes == null ? "" : Arrays.toString(classes));
    }

    /** Collects a task's parts; training and test data are required. */
    public static final class Builder {
        private final String name;
        private TaskData train;
        private TaskData validation;
        private TaskData test;
        private int[] classes;
        private TaskScore score = new AccuracyScore();

        /**
         * @param name of the task, unique in its stream
         */
        public Builder(String name) {
            this.name = name;
        }

        /**
         * @param train what it is learned from
         */
        public Builder train(TaskData train) {
            this.train = train;
            return this;
        }

        /**
         * @param validation what models are chosen by; none by default
         */
        public Builder validation(TaskData validation) {
            this.validation = validation;
            return this;
        }

        /**
         * @param test what it is scored on
         */
        public Builder test(TaskData test) {
            this.test = test;
            return this;
        }

        /**
         * @param classes indices of the outputs that are this task's; by default all
         */
        public Builder classes(int... classes) {
            this.classes = Arrays.stream(classes).sorted().toArray();
            return this;
        }

        /**
         * @param score how right answers are counted; {@link AccuracyScore} by default
         */
        public Builder score(TaskScore score) {
            this.score = score;
            return this;
        }

        /**
         * @throws IllegalArgumentException if the name is blank, training or test data are missing,
         *     or the classes are empty, negative or come twice
         */
        public Task build() {
            if (name == null || name.isBlank()) {
                throw new IllegalArgumentException("A task needs a name, got " + name);
            }
            if (train == null || test == null) {
                throw new IllegalArgumentException(
                        "Task '"
                                + name
                                + "' needs "
                                + (train == null ? "train" : "test")
                                + " data");
            }
            if (classes != null
                    && (classes.length == 0
                            || classes[0] < 0
                            || Arrays.stream(classes).distinct().count() < classes.length)) {
                throw new IllegalArgumentException(
                        "classes of task '"
                                + name
                                + "' must be different indices from 0, got "
                                + Arrays.toString(classes));
            }
            return new Task(this);
        }
    }
}
