package org.dl4jplugins.tests.bench;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The options of a benchmark, with defaults. */
final class BenchOptions {
    private final Map<String, String> values = new LinkedHashMap<>();

    /**
     * @param defaults the options of this benchmark alone, with their defaults
     * @param args what the user gave, names and values in turn
     * @throws IllegalArgumentException for an option that is not known or has no value
     */
    BenchOptions(Map<String, String> defaults, List<String> args) {
        values.put("--torch", null);
        values.put("--python", null);
        values.put("--rounds", "3");
        values.put("--steps", "15");
        values.put("--warmup", "15");
        values.putAll(defaults);
        for (int i = 0; i < args.size(); i += 2) {
            if (!values.containsKey(args.get(i)) || i + 1 == args.size()) {
                throw new IllegalArgumentException(
                        args.get(i)
                                + " must be an option with a value, known are "
                                + String.join(", ", values.keySet()));
            }
            values.put(args.get(i), args.get(i + 1));
        }
    }

    String get(String name) {
        return values.get(name);
    }

    int number(String name) {
        return Integer.parseInt(values.get(name));
    }

    List<String> list(String name) {
        return List.of(values.get(name).split(","));
    }

    /** Where Maven was started, which the user's paths are relative to. */
    static Path directory() {
        return Path.of(System.getProperty("bench.directory", "")).toAbsolutePath();
    }

    /** The PyTorch script to measure against, if there is one. */
    Optional<TorchPeer> torch() {
        Path directory = directory();
        Path root = Path.of(System.getProperty("bench.root", "")).toAbsolutePath();
        return TorchPeer.find(get("--torch"), get("--python"), directory, root);
    }
}
