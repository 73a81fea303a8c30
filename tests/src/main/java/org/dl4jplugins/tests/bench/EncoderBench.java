package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Seconds per step of a BERT encoder of MiniLM-L6's size (6 layers of 384, 12 heads, vocabulary of
 * 30522) on 16 texts of 64 tokens: forward pass, LoRA (rank 8 on query and value, everything else
 * frozen, a head of 4 classes, Adam; base inside the parameters, or "shared" outside), full
 * fine-tuning of the same, and ILA's stage 2 (one score per LoRA matrix); forward and LoRA
 * alternate with the same work in PyTorch. No dropout, as there.
 *
 * <p>Options beside those of {@link Bench}: {@code --batch 16}, {@code --tokens 64}, {@code --modes
 * forward,lora,shared,scores,full}.
 */
final class EncoderBench {
    private final BenchOptions options;
    private final Measurements times = new Measurements();

    EncoderBench(List<String> args) {
        options =
                new BenchOptions(
                        Map.of(
                                "--batch", "16",
                                "--tokens", "64",
                                "--modes", "forward,lora,shared,scores,full"),
                        args);
    }

    void run() throws IOException, InterruptedException {
        Optional<TorchPeer> torch = options.torch();
        for (int round = 0; round < options.number("--rounds"); round++) {
            for (String mode : options.list("--modes")) {
                times.measure(
                        "ours " + mode,
                        Measurements.java(
                                EncoderSteps.class,
                                mode,
                                options.get("--batch"),
                                options.get("--tokens"),
                                options.get("--warmup"),
                                options.get("--steps")));
                boolean comparable = mode.equals("forward") || mode.equals("lora");
                if (comparable && torch.isPresent()) {
                    times.measure(
                            "torch " + mode,
                            torch.get()
                                    .command(
                                            "encoder-" + mode,
                                            "--batch",
                                            options.get("--batch"),
                                            "--tokens",
                                            options.get("--tokens"),
                                            "--steps",
                                            options.get("--steps")));
                }
            }
        }
        times.print("");
        times.ratio("ours forward", "torch forward", 1);
        times.ratio("ours lora", "torch lora", 1);
        times.ratio("ours lora", "ours forward", 2.5);
        times.ratio("ours shared", "torch lora", 1);
        times.ratio("ours shared", "ours forward", 2.5);
        times.ratio("ours scores", "ours lora", 1);
        times.ratio("ours full", "ours lora", Double.NaN);
    }
}
