/**
 * One trainer for all methods of continual learning: tasks, budget, early stopping, checkpoints and
 * scores; what is done with a batch is a {@link org.dl4jplugins.cl.train.ContinualMethod}'s.
 */
package org.dl4jplugins.cl.train;
