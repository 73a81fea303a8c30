package org.dl4jplugins.align.lora;

/** Where the frozen weights of a transformed network live. */
public enum BasePlacement {
    /**
     * In the network's own parameter array: saving, loading and cloning work as in any network, and
     * the input network is not needed any more. The array is int-indexed in DL4J: at most 2^31 - 1
     * parameters.
     */
    INSIDE,
    /**
     * Outside, in arrays shared with the network they come from: nothing exists twice, there is no
     * limit on the size of the base, and a saved network holds the adapters only. After loading,
     * attach the base with {@link SharedBase}. Changing the original's weights changes this
     * network. {@code clone()} and early stopping keep the base; DL4J's {@code ParallelWrapper}
     * copies networks by their JSON and so refuses them: use {@link #INSIDE} there.
     */
    SHARED
}
