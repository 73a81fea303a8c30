package org.dl4jplugins.mtl.gradient;

/**
 * A layer that at least two tasks depend on.
 *
 * @param name name of the vertex in the graph
 * @param parameters number of its trainable parameters: weights and biases together; of batch norm
 *     gamma and beta, never the running statistics
 */
public record SharedLayer(String name, long parameters) {}
