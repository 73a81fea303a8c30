package org.dl4jplugins.mtl.recon;

/** Where the parameters of a modified network come from. */
public enum ReconInit {
    /**
     * Everything is initialized anew from the seed, so copies of one layer differ: the paper trains
     * the modified network from scratch.
     */
    FRESH,
    /**
     * Every layer, and every copy of a split layer, starts with the parameters (running statistics
     * of batch normalization included) of the given network; before training the modified network
     * computes exactly what the given one does. Updater state and iteration count start anew.
     */
    FROM_TRAINED
}
