package org.dl4jplugins.tests.bench;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dl4jplugins.core.accel.CpuTuning;

/**
 * Times of several works, each measured in processes of its own, in turn, so that all meet the same
 * machine. All processes get the environment that {@link CpuTuning} recommends, PyTorch's too, as
 * Debian's PyTorch may run on the same OpenBLAS, and {@code OMP_NUM_THREADS} where it is not set.
 */
final class Measurements {
    private static final Pattern TIMES =
            Pattern.compile("median=([0-9.]+) min=([0-9.]+) max=([0-9.]+)");

    private final Map<String, List<double[]>> results = new LinkedHashMap<>();

    /**
     * The command of a Java process with up to 3 GB of heap on this class path. New objects get 16
     * MB: without a limit garbage, of which there is more or less by chance, counts as memory of a
     * step.
     */
    static List<String> java(Class<?> main, Object... args) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                System.getProperty("java.home") + "/bin/java",
                                "-Xmx3g",
                                "-Xmn16m",
                                "-XX:+UseSerialGC",
                                "-Dorg.bytedeco.javacpp.maxbytes=6g",
                                "-Dorg.bytedeco.javacpp.maxphysicalbytes=12g",
                                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                                "-cp",
                                classPath(),
                                main.getName()));
        Arrays.stream(args).map(String::valueOf).forEach(command::add);
        return command;
    }

    private static String classPath() {
        if (Measurements.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> files = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                files.add(new File(url.getPath()).getPath());
            }
            return String.join(File.pathSeparator, files);
        }
        return System.getProperty("java.class.path");
    }

    /**
     * Runs a process that prints {@code median=... min=... max=...}, prints these lines, and keeps
     * the first one's times.
     *
     * @param name of the work; several measurements of one work are rounds
     * @param command program and arguments
     * @throws IOException if it fails or prints no times
     */
    void measure(String name, List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putIfAbsent(
                        "OMP_NUM_THREADS",
                        String.valueOf(Runtime.getRuntime().availableProcessors()));
        builder.environment().putAll(CpuTuning.recommended());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        Matcher times = TIMES.matcher(output);
        if (code != 0 || !times.find()) {
            throw new IOException(name + " failed with exit code " + code + ":\n" + output);
        }
        output.lines().filter(l -> l.contains("median=")).forEach(System.out::println);
        double[] values = new double[3];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(times.group(i + 1));
        }
        results.computeIfAbsent(name, n -> new ArrayList<>()).add(values);
    }

    /** Prints medians over rounds of the works whose names end in a suffix. */
    void print(String suffix) {
        System.out.println("Medians over rounds of (median, min), s/step:");
        results.keySet().stream()
                .filter(name -> name.endsWith(suffix))
                .forEach(
                        name ->
                                System.out.printf(
                                        Locale.ROOT,
                                        "  %-24s %.4f %.4f%n",
                                        name,
                                        middle(name, 0),
                                        middle(name, 1)));
    }

    /** Prints a ratio of two works, if both were measured; NaN: there is no target. */
    void ratio(String a, String b, double target) {
        if (results.containsKey(a) && results.containsKey(b)) {
            System.out.printf(
                    Locale.ROOT,
                    "  %s / %s: %.3f of medians, %.3f of minima%s%n",
                    a,
                    b,
                    middle(a, 0) / middle(b, 0),
                    middle(a, 1) / middle(b, 1),
                    Double.isNaN(target)
                            ? ""
                            : String.format(Locale.ROOT, " (target %.3f)", target));
        }
    }

    private double middle(String name, int column) {
        double[] values = results.get(name).stream().mapToDouble(v -> v[column]).toArray();
        Arrays.sort(values);
        return (values[(values.length - 1) / 2] + values[values.length / 2]) / 2;
    }
}
