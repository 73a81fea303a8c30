package org.dl4jplugins.tests;

import java.util.Random;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.dl4jplugins.align.llm.BertConfig;
import org.dl4jplugins.align.llm.Head;
import org.dl4jplugins.align.llm.ModelFamilies;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.align.llm.Pooling;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Texts of token numbers in two classes, and a small encoder with adapters for them. */
final class TextTasks {
    static final String QUERY = "encoder.layer.0.attention.self.query";
    private static final int WORDS = 8;
    private static final int LENGTH = 6;

    private TextTasks() {}

    /** A BERT with mean pooling and a classifier. */
    static ComputationGraph encoder() {
        ModelOptions options =
                new ModelOptions.Builder()
                        .head(Head.ENCODER)
                        .pooling(Pooling.MEAN)
                        .tokenTypes(false)
                        .dropout(false)
                        .build();
        ComputationGraph encoder =
                ModelFamilies.standard()
                        .init(
                                new BertConfig.Builder(WORDS)
                                        .hiddenSize(16)
                                        .intermediateSize(16)
                                        .blocks(2)
                                        .heads(2)
                                        .maxPositions(LENGTH)
                                        .build(),
                                options);
        return new TransferLearning.GraphBuilder(encoder)
                .fineTuneConfiguration(
                        new FineTuneConfiguration.Builder().seed(7).updater(new Adam(0.01)).build())
                .addLayer(
                        "class",
                        new OutputLayer.Builder(LossFunction.MCXENT)
                                .nIn(16)
                                .nOut(2)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        "pooled")
                .setOutputs("class")
                .build();
    }

    /** Adapters t0, t1, ... on queries and values, all active and learning, and the classifier. */
    static ComputationGraph adapted(
            ComputationGraph base, BasePlacement placement, double dropout, int adapters) {
        LoraConfig config =
                new LoraConfig.Builder()
                        .adapterName("t0")
                        .targets("query", "value")
                        .rank(2)
                        .dropout(dropout)
                        .base(placement)
                        .modulesToSave("class")
                        .updater(new Adam(0.02))
                        .build();
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(config).build().transform();
        String[] names = new String[adapters];
        names[0] = "t0";
        for (int k = 1; k < adapters; k++) {
            names[k] = "t" + k;
            graph =
                    Adapters.of(graph)
                            .add(config.toBuilder().adapterName(names[k]).modulesToSave().build());
        }
        return Adapters.of(graph).train(names);
    }

    /** Each task has its own words, 2 t and 2 t + 1, one for each class. */
    static TaskStream stream(int tasks, int examples) {
        TaskStream.Builder stream = new TaskStream.Builder();
        for (int t = 0; t < tasks; t++) {
            stream.add(
                    new Task.Builder("words from " + 2 * t)
                            .train(TaskData.shuffled(texts(t, examples, 1), 4, 3))
                            .validation(TaskData.inOrder(texts(t, 8, 2), 8))
                            .test(TaskData.inOrder(texts(t, 40, 3), 20))
                            .build());
        }
        return stream.build();
    }

    /** Texts [example, time] in which the word of the class is more frequent than the other. */
    private static MultiDataSet texts(int task, int examples, long seed) {
        Random random = new Random(100 * seed + task);
        float[][] ids = new float[examples][LENGTH];
        float[][] mask = new float[examples][LENGTH];
        float[][] classes = new float[examples][2];
        for (int e = 0; e < examples; e++) {
            int length = 3 + random.nextInt(LENGTH - 2);
            int label = e % 2;
            classes[e][(label + task) % 2] = 1;
            int other = random.nextInt(length);
            for (int i = 0; i < length; i++) {
                mask[e][i] = 1;
                ids[e][i] = i == other ? WORDS - 1 - random.nextInt(2) : 2 * task + label;
            }
        }
        return new MultiDataSet(
                new INDArray[] {Nd4j.createFromArray(ids)},
                new INDArray[] {Nd4j.createFromArray(classes)},
                new INDArray[] {Nd4j.createFromArray(mask)},
                new INDArray[1]);
    }
}
