package org.dl4jplugins.tests.bench;

import java.util.Arrays;
import java.util.List;

/**
 * Runs a benchmark: the first argument names it, the others are its options.
 *
 * <pre>
 * mvn -q -DskipTests -Pbench -pl tests -am verify [-Dargs="encoder --rounds 2"]
 * </pre>
 *
 * <p>Options of all: {@code --torch script} (a script that takes a work's name, {@code --batch n}
 * and {@code --steps n} and prints {@code median=... min=... max=...}, relative to the directory
 * that Maven was started in; {@code none}: ours alone; left out: {@code
 * ../shared/bench/torch_baseline.py} seen from the project's root, if that is there), {@code
 * --python program} (left out: a python3 that can import torch; ours alone if there is none),
 * {@code --modes a,b}, {@code --rounds 3}, {@code --steps 15}, {@code --warmup 15} (workspaces and
 * the JIT compiler learn for about ten steps).
 */
public final class Bench {

    private Bench() {}

    /**
     * Runs one benchmark.
     *
     * @param args {@code resnet18} (default), {@code encoder}, {@code importance}, {@code
     *     generation} or {@code uvit}, then options
     * @throws Exception if a measurement fails
     */
    public static void main(String[] args) throws Exception {
        boolean named = args.length > 0 && !args[0].startsWith("--");
        String name = named ? args[0] : "resnet18";
        List<String> options = Arrays.asList(args).subList(named ? 1 : 0, args.length);
        switch (name) {
            case "resnet18" -> new ResNet18Bench(options).run();
            case "encoder" -> new EncoderBench(options).run();
            case "importance" -> new ImportanceBench(options).run();
            case "generation" -> new GenerationBench(options).run();
            case "uvit" -> new UViTBench(options).run();
            default ->
                    throw new IllegalArgumentException(
                            "unknown benchmark "
                                    + name
                                    + ", known are resnet18, encoder, importance, generation, uvit");
        }
    }
}
