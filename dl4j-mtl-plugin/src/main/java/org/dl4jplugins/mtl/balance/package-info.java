/**
 * How to combine what remains: one method, one file.
 *
 * <p>A {@link org.dl4jplugins.mtl.balance.Weighting} turns the Gramian of the task gradients and
 * the task losses into one weight per task; an {@link org.dl4jplugins.mtl.balance.Aggregator} turns
 * the task gradients themselves into a direction. Neither knows of networks.
 */
package org.dl4jplugins.mtl.balance;
