package org.dl4jplugins.multimodal.arbiter;

import java.util.function.Supplier;
import org.dl4jplugins.multimodal.diffusion.Ddim;
import org.dl4jplugins.multimodal.diffusion.Ddpm;
import org.dl4jplugins.multimodal.diffusion.DpmSolver;
import org.dl4jplugins.multimodal.diffusion.DpmSolverMultistep;
import org.dl4jplugins.multimodal.diffusion.Euler;
import org.dl4jplugins.multimodal.diffusion.Solver;

/** Solvers by names, as a search and its files need them. */
public enum NamedSolver {
    /** Ancestral sampling. */
    DDPM(Ddpm::new),
    /** DDIM without noise. */
    DDIM(Ddim::new),
    /** Euler's method. */
    EULER(Euler::new),
    /** DPM-Solver in fast mode, order 2. */
    DPM_SOLVER_2(() -> fast(2, false)),
    /** DPM-Solver in fast mode, order 3. */
    DPM_SOLVER_3(() -> fast(3, false)),
    /** DPM-Solver++ in fast mode, order 2. */
    DPM_SOLVER_PLUS_PLUS_2(() -> fast(2, true)),
    /** DPM-Solver++ in fast mode, order 3: UniDiffuser's. */
    DPM_SOLVER_PLUS_PLUS_3(() -> fast(3, true)),
    /** DPM-Solver++ multistep, order 2. */
    DPM_SOLVER_PLUS_PLUS_2M(() -> new DpmSolverMultistep.Builder().build()),
    /** DPM-Solver++ multistep, order 3. */
    DPM_SOLVER_PLUS_PLUS_3M(() -> new DpmSolverMultistep.Builder().order(3).build());

    private final Supplier<Solver> maker;

    NamedSolver(Supplier<Solver> maker) {
        this.maker = maker;
    }

    private static Solver fast(int order, boolean plusPlus) {
        return new DpmSolver.Builder().order(order).plusPlus(plusPlus).build();
    }

    /** {@return the solver} */
    public Solver solver() {
        return maker.get();
    }
}
