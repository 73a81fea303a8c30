package org.dl4jplugins.examples.easygen;

/** What the diffusion model's second half of training is for. */
enum DiffusionVariant {
    /** BiDiffuser's objective: each modality given the other one. */
    BIDIFFUSER("bidiffuser", "BiDiffuser"),
    /** UniDiffuser's objective to the end. */
    UNIDIFFUSER("unidiffuser", "UniDiffuser's objective");

    private final String stage;
    private final String title;

    DiffusionVariant(String stage, String title) {
        this.stage = stage;
        this.title = title;
    }

    /** Short, for files. */
    String stage() {
        return stage;
    }

    /** For people. */
    String title() {
        return title;
    }
}
