package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.dl4jplugins.core.accel.CpuTuning;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.multimodal.arbiter.AttributeScore;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;
import org.dl4jplugins.multimodal.diffusion.Ddpm;
import org.dl4jplugins.multimodal.diffusion.DpmSolver;
import org.dl4jplugins.multimodal.diffusion.DpmSolverMultistep;
import org.dl4jplugins.multimodal.diffusion.Solver;
import org.dl4jplugins.multimodal.metric.SceneRecognizer;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.IdentityLatent;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What few steps cost in quality: the share of a trained model's drawings that a recognizer sees as
 * asked for, by DPM-Solver++ with 20 calls of the network, single and multistep, and by DDPM with
 * 200.
 *
 * <p>Options: {@code --model} a folder with {@code bidiffuser.json}, {@code --judge} a recognizer's
 * file, {@code --texts} a safetensors file with the tensor {@code texts} [pictures, tokens, width]
 * and the metadata {@code captions}, a line for each (the example {@code draw-search --save} writes
 * all three, {@code judge.zip} and {@code texts.safetensors} beside the model, where they are
 * looked for unless named); {@code --guidance 1}; {@code --draws 2}, of each caption; {@code
 * --scale 1}, what pixels were multiplied by.
 */
final class UViTQuality {
    static final Map<String, String> DEFAULTS =
            Map.of(
                    "--model",
                    "",
                    "--judge",
                    "",
                    "--texts",
                    "",
                    "--guidance",
                    "1",
                    "--draws",
                    "2",
                    "--scale",
                    "1");
    private static final double TARGET = 0.02;

    private final BenchOptions options;

    UViTQuality(BenchOptions options) {
        this.options = options;
    }

    void run() throws IOException {
        CpuTuning.apply();
        if (options.get("--model").isEmpty()) {
            throw new IllegalArgumentException(
                    "--model must be the folder of a trained model in mode quality, got none");
        }
        Path folder = BenchOptions.directory().resolve(options.get("--model"));
        BiDiffuser model = BiDiffuser.load(folder);
        UViTConfig sizes = model.config();
        SceneRecognizer judge =
                SceneRecognizer.load(
                        file("--judge", folder.resolve("judge.zip")),
                        sizes.imageHeight(),
                        sizes.imageWidth());
        AttributeScore score;
        try (SafeTensors texts =
                SafeTensors.open(file("--texts", folder.resolve("texts.safetensors")))) {
            List<SceneDescription> asked =
                    texts.metadata()
                            .getOrDefault("captions", "")
                            .lines()
                            .map(line -> SceneCaptions.parse(line).orElseThrow())
                            .toList();
            INDArray latents = texts.read("texts");
            double scale = Double.parseDouble(options.get("--scale"));
            score = new AttributeScore(judge, asked, latents, new IdentityLatent(3, scale));
        }
        double ddpm = exact("DDPM", Ddpm::new, 200, model, score);
        double single =
                exact("DPM-Solver++ 3", () -> new DpmSolver.Builder().build(), 20, model, score);
        double multi =
                exact(
                        "DPM-Solver++ 2M",
                        () -> new DpmSolverMultistep.Builder().build(),
                        20,
                        model,
                        score);
        System.out.printf(
                Locale.ROOT,
                "  20 steps less 200: %.2f points singlestep, %.2f points multistep (target above"
                        + " -%.0f)%n",
                100 * (single - ddpm),
                100 * (multi - ddpm),
                100 * TARGET);
    }

    private Path file(String option, Path otherwise) {
        String given = options.get(option);
        return given.isEmpty() ? otherwise : BenchOptions.directory().resolve(given);
    }

    private double exact(
            String name,
            Supplier<Solver> solver,
            int steps,
            BiDiffuser model,
            AttributeScore score) {
        int draws = options.number("--draws");
        double sum = 0;
        long start = System.nanoTime();
        for (int draw = 0; draw < draws; draw++) {
            SamplingSettings sampling =
                    new SamplingSettings.Builder()
                            .solver(solver.get())
                            .steps(steps)
                            .guidance(Double.parseDouble(options.get("--guidance")))
                            .limit(Double.parseDouble(options.get("--scale")))
                            .seed(1_000_000L * (draw + 1))
                            .build();
            sum += score.score(model, sampling);
        }
        System.out.printf(
                Locale.ROOT,
                "  %-16s %3d steps: %.2f %% exact, %.1f s%n",
                name,
                steps,
                100 * sum / draws,
                (System.nanoTime() - start) / 1e9);
        return sum / draws;
    }
}
