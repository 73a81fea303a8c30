package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seconds per training step of ResNet-18 with two heads (batch x 1 x 36 x 36, 11.2 M parameters,
 * SGD with momentum): plain, while recording gradient conflicts, and modified by Recon (K = 25),
 * alternating with the same steps in PyTorch.
 *
 * <p>Options beside those of {@link Bench}: {@code --batch 64,256}, {@code --modes
 * plain,conflict,modified} (also {@code stock}: DL4J without acceleration).
 */
final class ResNet18Bench {
    private final BenchOptions options;
    private final Measurements times = new Measurements();

    ResNet18Bench(List<String> args) {
        options =
                new BenchOptions(
                        Map.of("--batch", "64,256", "--modes", "plain,conflict,modified"), args);
    }

    void run() throws IOException, InterruptedException {
        Optional<TorchPeer> torch = options.torch();
        for (String batch : options.list("--batch")) {
            for (int round = 0; round < options.number("--rounds"); round++) {
                for (String mode : options.list("--modes")) {
                    times.measure("ours " + mode + " " + batch, ours(mode, batch));
                    boolean comparable = mode.equals("plain") || mode.equals("conflict");
                    if (comparable && torch.isPresent()) {
                        times.measure(
                                "torch " + mode + " " + batch,
                                torch.get()
                                        .command(
                                                "resnet-" + mode,
                                                "--batch",
                                                batch,
                                                "--steps",
                                                options.get("--steps")));
                    }
                }
            }
            report(batch);
        }
    }

    private List<String> ours(String mode, String batch) {
        return Measurements.java(
                ResNet18Steps.class, mode, batch, options.get("--warmup"), options.get("--steps"));
    }

    private void report(String batch) {
        times.print(" " + batch);
        times.ratio("ours plain " + batch, "torch plain " + batch, 1);
        times.ratio("ours conflict " + batch, "torch conflict " + batch, 1);
        times.ratio("ours conflict " + batch, "ours plain " + batch, 5 / 3.0);
        times.ratio("ours modified " + batch, "ours plain " + batch, 2.2);
        times.ratio("ours stock " + batch, "ours plain " + batch, Double.NaN);
    }
}
