package org.dl4jplugins.cl.train;

/** Numbers and switches of a training. */
record TrainerSettings(
        Budget budget,
        EarlyStopping early,
        int every,
        long seed,
        boolean freshUpdater,
        boolean initial,
        boolean later,
        Progress progress) {

    /** Whether a checkpoint is due, as steps may be taken several at a time. */
    boolean saves(long steps, long lastSaved) {
        return every > 0 && steps - lastSaved >= every;
    }

    /** What a checkpoint must agree with. */
    String describe() {
        return budget + " " + early + " seed " + seed + (freshUpdater ? " fresh updater" : "");
    }
}
