/**
 * How to combine what remains: one method, one file.
 *
 * <p>A {@link org.dl4jplugins.mtl.balance.Weighting} turns the Gramian of the task gradients and
 * the task losses into one weight per task; a {@link org.dl4jplugins.mtl.balance.LossWeighting}
 * needs the losses only; an {@link org.dl4jplugins.mtl.balance.Aggregator} turns the task gradients
 * themselves into a direction. None of them knows of networks. {@link
 * org.dl4jplugins.mtl.balance.GradientBalancer} and, for loss weightings at the cost of ordinary
 * training, {@link org.dl4jplugins.mtl.balance.LossBalancer} apply them inside plain {@code fit()}:
 *
 * <pre>{@code
 * graph.addListeners(new GradientBalancer.Builder()
 *         .weighting(new CAGrad(0.4))
 *         .multiplier(graph.getNumOutputArrays())
 *         .build());
 * graph.fit(iterator, 10);
 * }</pre>
 *
 * <p>The problems of size task x task are solved exactly, without a solver library. Methods measure
 * gradients relative to each other, so that they work alike on gradients of any scale; constants
 * such as 1e-8 that published codes add for safety are kept only where a variant is named after
 * such a code.
 */
package org.dl4jplugins.mtl.balance;
