package org.dl4jplugins.examples.kif;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.TextClassificationIterator;
import org.dl4jplugins.align.data.TextEncoder;
import org.dl4jplugins.align.data.TextExample;
import org.dl4jplugins.align.llm.HfTextEncoder;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.Adapters;
import org.dl4jplugins.align.lora.BasePlacement;
import org.dl4jplugins.align.lora.LoraConfig;
import org.dl4jplugins.align.lora.LoraTransformer;
import org.dl4jplugins.cl.stream.Task;
import org.dl4jplugins.cl.stream.TaskData;
import org.dl4jplugins.cl.stream.TaskStream;
import org.dl4jplugins.examples.ila.MiniLm;
import org.nd4j.linalg.learning.config.Adam;

/** Texts on files, answered by label texts: MiniLM learns with LoRA on queries and values. */
final class TextBenchmark implements Benchmark {

    private static final int TEST_BATCH = 32;
    private static final String[] TARGETS = {"query", "value"};

    private final BenchmarkSettings settings;
    private final TextEncoder encoder;
    private final Map<String, TaskFiles> files = new LinkedHashMap<>();
    private final List<String> labels;
    private final ComputationGraph base;
    private final boolean onDev;

    /**
     * Reads the files of all tasks.
     *
     * @param folder where they lie
     * @param onDev whether dev examples take the place of the test's, to choose settings by
     */
    TextBenchmark(BenchmarkSettings settings, Path folder, boolean onDev) throws IOException {
        this.settings = settings;
        this.onDev = onDev;
        HfTokenizer tokenizer = MiniLm.tokenizer();
        encoder = new HfTextEncoder(tokenizer);
        for (Order order : settings.orders()) {
            for (String task : order.tasks()) {
                if (!files.containsKey(task)) {
                    files.put(task, TaskFiles.read(folder, task));
                }
            }
        }
        labels =
                files.values().stream().flatMap(TextBenchmark::labels).distinct().sorted().toList();
        base = LabelMatcher.of(tokenizer, labels, settings.text().temperature());
    }

    private static Stream<String> labels(TaskFiles task) {
        return task.train().stream().map(TextExample::output).distinct();
    }

    @Override
    public ComputationGraph model(Order order, Method method, long seed) {
        ComputationGraph graph =
                new LoraTransformer.Builder(base).config(lora(0, seed)).build().transform();
        return method == Method.OLORA ? adapters(graph, order.tasks().size(), seed) : graph;
    }

    private LoraConfig lora(int adapter, long seed) {
        TextSettings text = settings.text();
        return new LoraConfig.Builder()
                .adapterName("adapter" + adapter)
                .targets(TARGETS)
                .rank(text.rank())
                .alpha(text.alpha())
                .dropout(text.dropout())
                .base(BasePlacement.SHARED)
                .updater(new Adam(settings.learningRate()))
                .seed(seed + 100L * adapter)
                .build();
    }

    /** More adapters, all of them active and learning. */
    private ComputationGraph adapters(ComputationGraph one, int count, long seed) {
        ComputationGraph graph = one;
        for (int adapter = 1; adapter < count; adapter++) {
            graph = Adapters.of(graph).add(lora(adapter, seed));
        }
        String[] names = Adapters.of(graph).names().toArray(String[]::new);
        ComputationGraph learning = Adapters.of(graph).train(names);
        Adapters.of(learning).activate(names);
        return learning;
    }

    @Override
    public TaskStream stream(Order order, long seed) {
        TaskStream.Builder stream = new TaskStream.Builder().scenario(settings.scenario());
        for (String name : order.tasks()) {
            TaskFiles task = files.get(name);
            List<TextExample> test = onDev ? task.dev() : task.test();
            stream.add(
                    new Task.Builder(name)
                            .classes(labels(task).mapToInt(labels::indexOf).toArray())
                            .train(shuffled(first(task.train(), settings.trainExamples()), seed))
                            .test(inOrder(first(test, settings.testExamples())))
                            .build());
        }
        return stream.build();
    }

    private TaskData shuffled(List<TextExample> examples, long seed) {
        return epoch -> {
            TextClassificationIterator batches =
                    batches(examples, settings.batch()).seed(seed).build();
            batches.epoch(epoch);
            return batches;
        };
    }

    private TaskData inOrder(List<TextExample> examples) {
        return epoch -> batches(examples, TEST_BATCH).shuffle(false).build();
    }

    private TextClassificationIterator.Builder batches(List<TextExample> examples, int batch) {
        return new TextClassificationIterator.Builder(encoder, examples)
                .labels(labels)
                .text(settings.text().prompt()::of)
                .maxLength(settings.text().maxLength())
                .batch(batch)
                .groupByLength(true);
    }

    private static List<TextExample> first(List<TextExample> all, int count) {
        return count == 0 || count >= all.size() ? all : all.subList(0, count);
    }
}
