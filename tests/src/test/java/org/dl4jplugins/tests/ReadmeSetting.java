package org.dl4jplugins.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.easygen.Adapter;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;
import org.dl4jplugins.multimodal.easygen.TextLatents;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * What the README's examples say that the reader has: a graph with two outputs and its data; a
 * graph with one output and the data of two tasks; a checkpoint's folder, instructions and a folder
 * for an adapter; the parts of an EasyGen.
 */
public abstract class ReadmeSetting {
    protected final ComputationGraph graph = graph("a", "b");
    protected final ComputationGraph classifier = graph("classes");
    protected final MultiDataSetIterator iterator = data(2);
    protected final MultiDataSetIterator firstTaskData = data(1);
    protected final MultiDataSetIterator secondTaskData = data(1);
    protected final TaskData firstTest = TaskData.of(() -> data(1));
    protected final TaskData secondTest = TaskData.of(() -> data(1));
    protected final Path folder = folder();
    protected final Path adapterFolder = folder.resolve("adapter");
    protected final List<TextExample> examples =
            List.of(
                    TextExample.of("name a animal", "cat"),
                    TextExample.of("a cat says", "meow ."),
                    TextExample.of("there was a time", "once"));

    private final TinyEasyGen easy = new TinyEasyGen();
    protected final HfCheckpoint checkpoint = easy.checkpoint;
    protected final ImageLanguageModel language = easy.language;
    protected final BiDiffuser biDiffuser = easy.biDiffuser;
    protected final TextLatents texts = easy.texts;
    protected final Adapter adapter = easy.adapter;

    /** The example. */
    public abstract void run() throws Exception;

    private static Path folder() {
        try {
            Path folder = Files.createTempDirectory("checkpoint");
            TinyCheckpoint.write(folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ComputationGraph graph(String... outputs) {
        GraphBuilder layers =
                new NeuralNetConfiguration.Builder()
                        .seed(1)
                        .updater(new Adam(0.01))
                        .activation(Activation.RELU)
                        .graphBuilder()
                        .addInputs("in")
                        .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
                        .addLayer("dense", new DenseLayer.Builder().nOut(8).build(), "conv")
                        .addLayer("dense2", new DenseLayer.Builder().nOut(8).build(), "dense")
                        .setOutputs(outputs)
                        .setInputTypes(InputType.convolutional(8, 8, 1));
        for (String output : outputs) {
            layers.addLayer(output, head(), "dense2");
        }
        ComputationGraph graph = new ComputationGraph(layers.build());
        graph.init();
        return graph;
    }

    private static OutputLayer head() {
        return new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build();
    }

    private static MultiDataSetIterator data(int tasks) {
        Nd4j.getRandom().setSeed(2);
        INDArray pictures = Nd4j.rand(DataType.FLOAT, 8, 1, 8, 8);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, 8, 2);
        for (int i = 0; i < 8; i++) {
            labels.putScalar(i, i % 2, 1);
        }
        INDArray[] all = new INDArray[tasks];
        java.util.Arrays.fill(all, labels);
        return new SingletonMultiDataSetIterator(
                new MultiDataSet(List.of(pictures).toArray(INDArray[]::new), all));
    }
}
