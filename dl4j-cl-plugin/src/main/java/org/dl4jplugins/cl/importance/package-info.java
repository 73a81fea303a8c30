/**
 * Which parameters matter to what was just learned: sensitivities |w dL/dw|, smoothed over the
 * steps, measured while a model trains.
 */
package org.dl4jplugins.cl.importance;
