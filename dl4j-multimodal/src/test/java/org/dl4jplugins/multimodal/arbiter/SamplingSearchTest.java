package org.dl4jplugins.multimodal.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Properties;
import org.deeplearning4j.arbiter.optimize.api.CandidateGenerator;
import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.deeplearning4j.arbiter.optimize.api.termination.MaxCandidatesCondition;
import org.deeplearning4j.arbiter.optimize.config.OptimizationConfiguration;
import org.deeplearning4j.arbiter.optimize.generator.GridSearchCandidateGenerator;
import org.deeplearning4j.arbiter.optimize.generator.RandomSearchGenerator;
import org.deeplearning4j.arbiter.optimize.parameter.continuous.ContinuousParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.discrete.DiscreteParameterSpace;
import org.deeplearning4j.arbiter.optimize.parameter.integer.IntegerParameterSpace;
import org.deeplearning4j.arbiter.optimize.runner.LocalOptimizationRunner;
import org.dl4jplugins.multimodal.bidiffuser.SamplingSettings;
import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.LinearSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSource;
import org.dl4jplugins.multimodal.diffusion.Sampler;
import org.dl4jplugins.multimodal.diffusion.TimeSpacing;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arbiter searching ways of sampling from a Gaussian, whose flow is known. */
class SamplingSearchTest {

    private static final NoiseSchedule SCHEDULE = new LinearSchedule();

    /** How far samples are from where the exact flow brings them. */
    public static final class Distance extends SamplingScore {
        private static final long serialVersionUID = 1;

        @Override
        public double score(SamplingCandidate candidate) {
            if (candidate.guidance() > 5) {
                throw new IllegalStateException("too much guidance");
            }
            INDArray start = new NoiseSource(1).normal(DataType.DOUBLE, 20);
            Sampler sampler = candidate.apply(new Sampler.Builder(SCHEDULE)).build();
            INDArray end = sampler.sample((x, t) -> x.mul(SCHEDULE.sigma(t) / variance(t)), start);
            double scale = Math.sqrt(variance(SCHEDULE.lastTime()) / variance(1));
            return end.sub(start.mul(scale)).norm2Number().doubleValue();
        }

        private static double variance(double t) {
            return Math.pow(0.5 * SCHEDULE.alpha(t), 2) + Math.pow(SCHEDULE.sigma(t), 2);
        }

        @Override
        public boolean minimize() {
            return true;
        }
    }

    private static OptimizationConfiguration search(CandidateGenerator generator, int candidates) {
        return new OptimizationConfiguration.Builder()
                .candidateGenerator(generator)
                .scoreFunction(new Distance())
                .rngSeed(7)
                .terminationConditions(new MaxCandidatesCondition(candidates))
                .build();
    }

    @Test
    void gridFindsTheBestSolver() throws IOException {
        SamplingSpace space =
                new SamplingSpace.Builder()
                        .solver(
                                new DiscreteParameterSpace<>(
                                        NamedSolver.DDPM,
                                        NamedSolver.EULER,
                                        NamedSolver.DPM_SOLVER_PLUS_PLUS_3))
                        .spacing(new DiscreteParameterSpace<>(TimeSpacing.LOG_SNR))
                        .steps(new DiscreteParameterSpace<>(6, 30))
                        .guidance(new DiscreteParameterSpace<>(1.0, 6.0))
                        .build();
        assertEquals(3, space.numParameters());
        CandidateGenerator grid =
                new GridSearchCandidateGenerator(
                        space, 3, GridSearchCandidateGenerator.Mode.Sequential, null);
        LocalOptimizationRunner runner =
                new LocalOptimizationRunner(2, search(grid, 12), new SamplingTaskCreator());
        runner.execute();
        assertEquals(6, runner.numCandidatesFailed(), "those with too much guidance");
        assertEquals(6, runner.numCandidatesCompleted());
        SamplingCandidate best = null;
        for (int i = 0; i < runner.getResults().size(); i++) {
            OptimizationResult result = runner.getResults().get(i).getResult();
            if (result.getScore() != null && result.getScore().equals(runner.bestScore())) {
                best = (SamplingCandidate) result.getCandidate().getValue();
            }
        }
        assertEquals(
                new SamplingCandidate(
                        NamedSolver.DPM_SOLVER_PLUS_PLUS_3, TimeSpacing.LOG_SNR, 30, 1),
                best);
        assertTrue(runner.bestScore() < 1e-2, runner.bestScore() + "");
    }

    @Test
    void comesBackFromJson() {
        SamplingSpace space =
                new SamplingSpace.Builder()
                        .solver(new DiscreteParameterSpace<>(NamedSolver.values()))
                        .spacing(new DiscreteParameterSpace<>(TimeSpacing.values()))
                        .steps(new IntegerParameterSpace(5, 50))
                        .guidance(new ContinuousParameterSpace(0, 8))
                        .build();
        OptimizationConfiguration search = search(new RandomSearchGenerator(space), 5);
        OptimizationConfiguration read = OptimizationConfiguration.fromJson(search.toJson());
        read.getCandidateGenerator().setRngSeed(3);
        search.getCandidateGenerator().setRngSeed(3);
        for (int i = 0; i < 20; i++) {
            assertEquals(
                    search.getCandidateGenerator().getCandidate().getValue(),
                    read.getCandidateGenerator().getCandidate().getValue());
        }
    }

    @ParameterizedTest
    @EnumSource(NamedSolver.class)
    void candidatesSetWhatIsSearched(NamedSolver solver) {
        SamplingCandidate candidate =
                new SamplingCandidate(solver, TimeSpacing.TIME_QUADRATIC, 12, 2.5);
        SamplingSettings settings = candidate.apply(new SamplingSettings.Builder().seed(9)).build();
        assertEquals(2.5, settings.guidance());
        assertEquals(9, settings.seed());
        Sampler sampler =
                candidate.apply(new Sampler.Builder(DiscreteSchedule.stableDiffusion())).build();
        assertEquals(12, sampler.calls());
        double middle = (1 + Math.sqrt(0.001)) / 2;
        assertEquals(middle * middle, sampler.times()[6], 1e-12);
    }

    @Test
    void badValues() {
        check(
                "steps: 0 given, right is 1 or more",
                () -> new SamplingSpace.Builder().steps(new DiscreteParameterSpace<>(10, 0)));
        check(
                "guidance: -1.0 given, right is 0 or more",
                () -> new SamplingSpace.Builder().guidance(new ContinuousParameterSpace(-1, 1)));
        check(
                "guidance: NaN given, right is 0 or more",
                () -> new SamplingCandidate(NamedSolver.DDIM, TimeSpacing.LOG_SNR, 1, Double.NaN));
        check(
                "candidate: something else given, right is a SamplingCandidate, of a"
                        + " SamplingSpace",
                () -> new Distance().score("something else", null, new Properties()));
    }

    private static void check(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
