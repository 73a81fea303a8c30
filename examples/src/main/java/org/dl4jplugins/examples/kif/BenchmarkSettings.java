package org.dl4jplugins.examples.kif;

import static org.dl4jplugins.examples.run.SettingsFile.require;

import java.util.List;
import java.util.Map;
import org.dl4jplugins.cl.stream.Scenario;
import org.dl4jplugins.examples.run.SettingsFile;

/**
 * A stream of tasks, in one or more orders, and who learns it.
 *
 * @param name short, for files
 * @param title for people
 * @param source what the tasks are made of
 * @param model {@code mlp} or {@code cnn} for pictures, {@code minilm} for texts
 * @param scenario which outputs compete
 * @param orders in which the tasks are learned, one run of everything for each
 * @param seeds one run of everything for each; not 0, which ND4J takes as no seed
 * @param trainExamples the first so many of a task are learned from, 0 for all
 * @param testExamples the first so many are tested, 0 for all
 * @param batch examples per step
 * @param steps gradient steps per task, those on memory included, for every method
 * @param learningRate of Adam
 * @param methods which are compared
 * @param ablations of Recurrent-KIF, which run on the first order only
 * @param paper the paper's benchmark to stand beside, {@code standard} or {@code long}; null for
 *     none
 * @param text how texts are learned; null for pictures
 * @param tuning settings of the methods
 */
public record BenchmarkSettings(
        String name,
        String title,
        Source source,
        String model,
        Scenario scenario,
        List<Order> orders,
        List<Long> seeds,
        int trainExamples,
        int testExamples,
        int batch,
        long steps,
        double learningRate,
        List<Method> methods,
        List<Method> ablations,
        String paper,
        TextSettings text,
        Tuning tuning) {

    private static final SettingsFile<BenchmarkSettings> FILE =
            new SettingsFile<>(BenchmarkSettings.class);

    /** Checks the values. */
    public BenchmarkSettings {
        require(name.matches("[a-z0-9-]+"), "name", name, "of small letters, digits and -");
        require(!orders.isEmpty(), "orders", orders, "at least one");
        List<String> tasks = orders.get(0).tasks().stream().sorted().toList();
        require(
                orders.stream().allMatch(o -> o.tasks().stream().sorted().toList().equals(tasks)),
                "orders",
                orders,
                "of the same tasks");
        require(tasks.size() >= 2, "tasks", tasks, "at least two");
        require(!seeds.isEmpty(), "seeds", seeds, "at least one seed");
        require(
                !seeds.contains(0L),
                "seeds",
                seeds,
                "any numbers but 0, which ND4J takes as no seed");
        require(trainExamples >= 0, "trainExamples", trainExamples, "at least 1, or 0 for all");
        require(testExamples >= 0, "testExamples", testExamples, "at least 1, or 0 for all");
        require(batch >= 1, "batch", batch, "at least 1");
        require(steps >= 1, "steps", steps, "at least 1");
        require(learningRate > 0, "learningRate", learningRate, "above 0");
        require(!methods.isEmpty(), "methods", methods, "at least one");
        List<String> models = source == Source.TEXT ? List.of("minilm") : List.of("mlp", "cnn");
        require(models.contains(model), "model", model, "one of " + String.join(", ", models));
        require(
                (text != null) == (source == Source.TEXT),
                "text",
                text,
                "given for the source text, and for no other");
        require(
                source == Source.TEXT || !methods.contains(Method.OLORA),
                "methods",
                methods,
                "without olora, which needs a model with LoRA: minilm");
        require(
                paper == null || PaperResults.BENCHMARKS.contains(paper),
                "paper",
                paper,
                "null or one of " + PaperResults.BENCHMARKS);
        orders = List.copyOf(orders);
        seeds = List.copyOf(seeds);
        methods = List.copyOf(methods);
        ablations = List.copyOf(ablations);
    }

    /** What all runs have in common, by name. */
    Map<String, Object> shared() {
        Map<String, Object> all = toMap();
        for (String apart :
                List.of("title", "orders", "seeds", "methods", "ablations", "paper", "tuning")) {
            all.remove(apart);
        }
        return all;
    }

    /** The same with other values of some names. */
    BenchmarkSettings with(Map<String, ?> values) {
        Map<String, Object> all = toMap();
        all.putAll(values);
        return FILE.of(all);
    }

    /** All values by name. */
    Map<String, Object> toMap() {
        return FILE.toMap(this);
    }
}
