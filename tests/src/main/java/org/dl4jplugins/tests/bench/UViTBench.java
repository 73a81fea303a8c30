package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seconds per training step (Adam, mean squared error of the noise) of a U-ViT: images of 4 x 16 x
 * 16 in patches of 2, 8 text tokens and one image token of 64, width 256, depth 8, 8 heads, batch
 * 32; the same in PyTorch in turn. And seconds per text-to-image sampling of 8 images, unguided
 * with 10, 20 and 40 calls of the network, with 20 for 16 images, guided (one doubled batch) with
 * 20, and twice unguided with 20, what guidance by two passes would cost. Each line tells the peak
 * memory.
 *
 * <p>Options beside those of {@link Bench}: {@code --batch 32}, {@code --modes
 * train,sample-10,sample-20,sample-40,sample-20-wide,sample-20-guided,sample-20-twice}. The mode
 * {@code quality} is for a trained model, see {@link UViTQuality}.
 */
final class UViTBench {
    private static final String QUALITY = "quality";

    private final BenchOptions options;
    private final Measurements times = new Measurements();

    UViTBench(List<String> args) {
        Map<String, String> defaults = new LinkedHashMap<>(UViTQuality.DEFAULTS);
        defaults.put("--batch", "32");
        defaults.put(
                "--modes",
                "train,sample-10,sample-20,sample-40,sample-20-wide,sample-20-guided,"
                        + "sample-20-twice");
        options = new BenchOptions(defaults, args);
    }

    void run() throws IOException, InterruptedException {
        if (options.list("--modes").contains(QUALITY)) {
            new UViTQuality(options).run();
            if (options.list("--modes").size() == 1) {
                return;
            }
        }
        Optional<TorchPeer> torch = options.torch();
        for (int round = 0; round < options.number("--rounds"); round++) {
            for (String mode : options.list("--modes")) {
                if (mode.equals(QUALITY)) {
                    continue;
                }
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
        times.ratio("ours sample-40", "ours sample-20", 2);
        times.ratio("ours sample-20-wide", "ours sample-20", 2);
        times.ratio("ours sample-20-guided", "ours sample-20-twice", 1);
    }
}
