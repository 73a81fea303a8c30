package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seconds per training step (Adam, mean squared error of the noise) of a U-ViT: images of 4 x 16 x
 * 16 in patches of 2, 8 text tokens and one image token of 64, width 256, depth 8, 8 heads, batch
 * 32; the same in PyTorch in turn. And seconds per text-to-image sampling of 8 images, unguided
 * with 10 and 20 calls of the network, with 20 for 16 images, and guided (one doubled batch) with
 * 20.
 *
 * <p>Options beside those of {@link Bench}: {@code --batch 32}, {@code --modes
 * train,sample-10,sample-20,sample-20-wide,sample-20-guided}.
 */
final class UViTBench {
    private final BenchOptions options;
    private final Measurements times = new Measurements();

    UViTBench(List<String> args) {
        options =
                new BenchOptions(
                        Map.of(
                                "--batch",
                                "32",
                                "--modes",
                                "train,sample-10,sample-20,sample-20-wide,sample-20-guided"),
                        args);
    }

    void run() throws IOException, InterruptedException {
        Optional<TorchPeer> torch = options.torch();
        for (int round = 0; round < options.number("--rounds"); round++) {
            for (String mode : options.list("--modes")) {
                times.measure(
                        "ours " + mode,
                        Measurements.java(
                                UViTSteps.class,
                                mode,
                                options.get("--batch"),
                                options.get("--warmup"),
                                options.get("--steps")));
                if (mode.equals("train") && torch.isPresent()) {
                    times.measure(
                            "torch train",
                            torch.get()
                                    .command(
                                            "uvit-train",
                                            "--batch",
                                            options.get("--batch"),
                                            "--steps",
                                            options.get("--steps")));
                }
            }
        }
        times.print("");
        times.ratio("ours train", "torch train", 1);
        times.ratio("ours sample-20", "ours sample-10", 2);
        times.ratio("ours sample-20-wide", "ours sample-20", 2);
        times.ratio("ours sample-20-guided", "ours sample-20", 2);
    }
}
