package org.dl4jplugins.tests.bench;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dl4jplugins.core.accel.CpuTuning;

/**
 * Seconds per training step of ResNet-18 with two heads (batch x 1 x 36 x 36, 11.2 M parameters,
 * SGD with momentum): plain, while recording gradient conflicts, and modified by Recon (K = 25),
 * alternating with the same steps in PyTorch, process by process, so that both meet the same
 * machine.
 *
 * <pre>
 * mvn -q -DskipTests -Pbench -pl tests -am verify
 * </pre>
 *
 * <p>Options, in {@code -Dargs="..."}: {@code --torch script} (a script that takes {@code
 * resnet-plain} or {@code resnet-conflict} and {@code --batch n --steps n} and prints {@code
 * median=... min=... max=...}, relative to the directory that Maven was started in; {@code none}:
 * ours alone; left out: {@code ../shared/bench/torch_baseline.py} seen from the project's root, if
 * that is there), {@code --python program} (left out: a python3 that can import torch; ours alone
 * if there is none), {@code --batch 64,256}, {@code --modes plain,conflict,modified} (also {@code
 * stock}: DL4J without acceleration), {@code --rounds 3}, {@code --steps 15}, {@code --warmup 15}
 * (workspaces and the JIT compiler learn for about ten steps).
 *
 * <p>Every measurement runs in a process of its own: ours with 3 GB heap and the environment that
 * {@link CpuTuning} recommends, PyTorch with the machine's environment. Both get {@code
 * OMP_WAIT_POLICY=passive}, and {@code OMP_NUM_THREADS} where it is not set.
 */
public final class ResNet18Bench {
    private static final Pattern TIMES =
            Pattern.compile("median=([0-9.]+) min=([0-9.]+) max=([0-9.]+)");

    private final Map<String, String> options = new LinkedHashMap<>();
    private final Map<String, List<double[]>> results = new LinkedHashMap<>();

    private ResNet18Bench(String[] args) {
        options.put("--batch", "64,256");
        options.put("--modes", "plain,conflict,modified");
        options.put("--rounds", "3");
        options.put("--steps", "15");
        options.put("--warmup", "15");
        for (int i = 0; i + 1 < args.length; i += 2) {
            if (!args[i].matches("--(batch|modes|rounds|steps|warmup|python|torch)")) {
                throw new IllegalArgumentException(
                        "unknown option "
                                + args[i]
                                + ", known are --torch, --python, "
                                + String.join(", ", options.keySet()));
            }
            options.put(args[i], args[i + 1]);
        }
    }

    /**
     * Runs the benchmark.
     *
     * @param args options, see above
     * @throws Exception if a measurement fails
     */
    public static void main(String[] args) throws Exception {
        new ResNet18Bench(args).run();
    }

    private void run() throws IOException, InterruptedException {
        Path directory = Path.of(System.getProperty("bench.directory", "")).toAbsolutePath();
        Path root = Path.of(System.getProperty("bench.root", "")).toAbsolutePath();
        Optional<TorchPeer> torch =
                TorchPeer.find(options.get("--torch"), options.get("--python"), directory, root);
        for (String batch : options.get("--batch").split(",")) {
            for (int round = 0; round < Integer.parseInt(options.get("--rounds")); round++) {
                for (String mode : options.get("--modes").split(",")) {
                    measure(
                            "ours " + mode + " " + batch,
                            ours(mode, batch),
                            CpuTuning.recommended());
                    boolean comparable = mode.equals("plain") || mode.equals("conflict");
                    if (comparable && torch.isPresent()) {
                        measure(
                                "torch " + mode + " " + batch,
                                torch.get().command(mode, batch, options.get("--steps")),
                                Map.of());
                    }
                }
            }
            report(batch);
        }
    }

    private List<String> ours(String mode, String batch) {
        return List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx3g",
                "-Dorg.bytedeco.javacpp.maxbytes=6g",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=12g",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classPath(),
                ResNet18Steps.class.getName(),
                mode,
                batch,
                options.get("--warmup"),
                options.get("--steps"));
    }

    private static String classPath() {
        if (ResNet18Bench.class.getClassLoader() instanceof URLClassLoader loader) {
            List<String> files = new ArrayList<>();
            for (URL url : loader.getURLs()) {
                files.add(new File(url.getPath()).getPath());
            }
            return String.join(File.pathSeparator, files);
        }
        return System.getProperty("java.class.path");
    }

    private void measure(String name, List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("OMP_WAIT_POLICY", "passive");
        builder.environment()
                .putIfAbsent(
                        "OMP_NUM_THREADS",
                        String.valueOf(Runtime.getRuntime().availableProcessors()));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        Matcher times = TIMES.matcher(output);
        if (code != 0 || !times.find()) {
            throw new IOException(name + " failed with exit code " + code + ":\n" + output);
        }
        System.out.println(output.lines().filter(l -> l.contains("median=")).findFirst().get());
        double[] values = new double[3];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.parseDouble(times.group(i + 1));
        }
        results.computeIfAbsent(name, n -> new ArrayList<>()).add(values);
    }

    private void report(String batch) {
        System.out.println("batch " + batch + ", medians over rounds of (median, min) s/step:");
        results.forEach(
                (name, rounds) -> {
                    if (name.endsWith(" " + batch)) {
                        System.out.printf(
                                Locale.ROOT,
                                "  %-20s %.4f %.4f%n",
                                name,
                                middle(name, 0),
                                middle(name, 1));
                    }
                });
        ratio("ours plain " + batch, "torch plain " + batch, 1);
        ratio("ours conflict " + batch, "torch conflict " + batch, 1);
        ratio("ours conflict " + batch, "ours plain " + batch, 5 / 3.0);
        ratio("ours modified " + batch, "ours plain " + batch, 2.2);
        ratio("ours stock " + batch, "ours plain " + batch, Double.NaN);
    }

    private void ratio(String a, String b, double target) {
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
