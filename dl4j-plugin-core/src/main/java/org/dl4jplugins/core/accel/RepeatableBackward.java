package org.dl4jplugins.core.accel;

/**
 * Marks a runtime {@link org.deeplearning4j.nn.api.Layer} that keeps what its backward pass needs
 * until {@code clear()}: after one {@code activate} in training mode, {@code backpropGradient} may
 * run any number of times, each with its own epsilon, and gives the same result as if it were the
 * only one.
 *
 * <p>Not every layer of DL4J 1.0.0-M2.1 does: the stock {@code BatchNormalization} drops its caches
 * in the first backward pass, dropout its mask, weight noise draws new weights. Code that wants
 * several backward passes on one forward pass must save and restore the state of such layers, or
 * meet a layer marked so.
 *
 * <p>Each backward pass overwrites the layer's gradient views. What batch normalization stores as
 * "gradient" of its running statistics depends on the forward pass only, so it is rewritten with
 * equal values.
 */
public interface RepeatableBackward {}
