package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Recurrent-KIF costs beside training: seconds per step (one importance update with
 * uncertainty, the quantiles and masks of both sides, the fusion; alternating with the same in
 * PyTorch, which has one mask only), per update, per fusion and per cycle (12 updates, a fusion,
 * and all copies) for numbers of parameters; and training steps with and without an {@code
 * ImportanceListener}.
 *
 * <p>Options beside those of {@link Bench}: {@code --params 1000000,10000000,100000000}, {@code
 * --modes step,update,fusion,cycle}, {@code --models mlp64,mlp512,encoder} (or {@code none}; {@code
 * mlp} takes any batch size), of whose steps four times as many are measured. Warm-up steps are 7
 * times as many with a million parameters, in which the compiler learns, and proportionally fewer
 * with more.
 */
final class ImportanceBench {
    private static final int MILLION = 1_000_000;

    private final BenchOptions options;
    private final Measurements times = new Measurements();

    ImportanceBench(List<String> args) {
        options =
                new BenchOptions(
                        Map.of(
                                "--params", "1000000,10000000,100000000",
                                "--modes", "step,update,fusion,cycle",
                                "--models", "mlp64,mlp512,encoder"),
                        args);
    }

    void run() throws IOException, InterruptedException {
        Optional<TorchPeer> torch = options.torch();
        for (String params : options.list("--params")) {
            for (int round = 0; round < options.number("--rounds"); round++) {
                measure(params, torch);
            }
            times.print(" " + params);
            times.ratio("ours step " + params, "torch step " + params, 0.5);
        }
        for (String model : options.list("--models")) {
            for (int round = 0; round < options.number("--rounds"); round++) {
                listener(model);
            }
        }
    }

    private void measure(String params, Optional<TorchPeer> torch)
            throws IOException, InterruptedException {
        long size = Long.parseLong(params);
        long warmup = Math.max(3, 7L * options.number("--warmup") * MILLION / size);
        for (String mode : options.list("--modes")) {
            times.measure(
                    "ours " + mode + " " + params,
                    Measurements.java(
                            ImportanceSteps.class, mode, size, warmup, options.get("--steps")));
            if (mode.equals("step") && torch.isPresent()) {
                times.measure(
                        "torch step " + params,
                        torch.get()
                                .command(
                                        "importance",
                                        "--params",
                                        params,
                                        "--steps",
                                        options.get("--steps")));
            }
        }
    }

    private void listener(String model) throws IOException, InterruptedException {
        if (!model.equals("none")) {
            times.measure(
                    "listened " + model,
                    Measurements.java(
                            ListenerSteps.class,
                            model,
                            options.get("--warmup"),
                            4 * options.number("--steps")));
        }
    }
}
