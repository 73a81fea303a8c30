/**
 * Whose gradient is it: one forward pass, one backward pass per task.
 *
 * <p>{@link org.dl4jplugins.mtl.gradient.TaskGradientListener} is the way in: a listener that sees
 * each task's gradient during plain {@code fit()} and may combine them anew. DL4J's own backward
 * pass gives the sum over tasks; one walk per task but one ({@code BackwardWalk}) gives the parts,
 * on layers whose state of the forward pass ({@code ForwardState}) is put back before each walk and
 * whose gradient views point into the task matrix ({@code GradientRows}) meanwhile. {@link
 * org.dl4jplugins.mtl.gradient.LossWeightListener} weighs tasks by their losses in a single
 * backward pass.
 */
package org.dl4jplugins.mtl.gradient;
