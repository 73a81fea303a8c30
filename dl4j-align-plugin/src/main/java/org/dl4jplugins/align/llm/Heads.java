package org.dl4jplugins.align.llm;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.dl4jplugins.align.transformer.SequencePooling;

/** The heads that all families share. */
final class Heads {
    private final HfConfig config;
    private final GraphParts parts;
    private final int width;
    private final double deviation;

    Heads(HfConfig config, GraphParts parts, int width, double deviation) {
        this.config = config;
        this.parts = parts;
        this.width = width;
        this.deviation = deviation;
    }

    /** The head of the model class that the configuration names. */
    static Head byArchitecture(HfConfig config, Head otherwise) {
        List<String> names = config.texts("architectures");
        if (names.isEmpty()) {
            return otherwise;
        }
        String name = names.get(0);
        if (name.endsWith("ForPreTraining")) {
            return Head.PRE_TRAINING;
        }
        if (name.endsWith("ForSequenceClassification")) {
            return Head.SEQUENCE_CLASSIFICATION;
        }
        if (name.endsWith("EncoderModel")) {
            return Head.ENCODER;
        }
        boolean language =
                name.endsWith("LM")
                        || name.endsWith("LMHeadModel")
                        || name.endsWith("ForConditionalGeneration");
        return language ? Head.LANGUAGE_MODEL : name.endsWith("Model") ? Head.NONE : otherwise;
    }

    /** The head of the options, or the default one. */
    static Head chosen(HfConfig config, ModelOptions options, Head otherwise, Set<Head> without) {
        Head head = options.head() == null ? otherwise : options.head();
        Need.that(
                !without.contains(head),
                "head of model_type " + config.modelType(),
                head,
                "none of " + without);
        return head;
    }

    /** For families whose length does not depend on the options. */
    static void refuseMaxLength(HfConfig config, ModelOptions options) {
        Need.that(
                options.maxLength() == 0,
                "maxLength",
                options.maxLength(),
                "left out for model_type " + config.modelType());
    }

    /** A softmax over linear scores of a vector [batch, width]. */
    ComputationGraphConfiguration classes(String name, boolean bias, String pooled) {
        parts.linear(name, pooled, width, labels(), bias, deviation);
        return parts.build(parts.softmaxLoss(GraphParts.CLASSES, name));
    }

    /** Hidden states, or one vector for each sequence if a pooling is chosen. */
    ComputationGraphConfiguration hidden(String states) {
        return parts.build(pool(states, Pooling.NONE));
    }

    /** Hidden states pooled as the options say. */
    String pool(String states, Pooling otherwise) {
        Pooling pooling = pooling(otherwise);
        return switch (pooling) {
            case NONE -> states;
            case MEAN -> parts.pool(GraphParts.POOLED, states, SequencePooling.Mode.MEAN);
            case FIRST -> parts.pool(GraphParts.POOLED, states, SequencePooling.Mode.FIRST);
            case LAST -> parts.pool(GraphParts.POOLED, states, SequencePooling.Mode.LAST);
            case POOLER ->
                    throw new IllegalArgumentException(
                            "pooling is POOLER, which model_type "
                                    + config.modelType()
                                    + " does not have: must be MEAN, FIRST or LAST");
        };
    }

    Pooling pooling(Pooling otherwise) {
        Pooling pooling = parts.options.pooling() == null ? otherwise : parts.options.pooling();
        Need.that(
                otherwise == Pooling.NONE || pooling != Pooling.NONE,
                "pooling of a classification head",
                pooling,
                "MEAN, FIRST, LAST or POOLER");
        return pooling;
    }

    private int labels() {
        if (parts.options.labels() > 0) {
            return parts.options.labels();
        }
        int labels =
                config.has("id2label")
                        ? config.object("id2label").keys().size()
                        : config.integer("num_labels", 2);
        return Need.atLeast(2, "labels (num_labels in " + config.source() + ")", labels);
    }
}
