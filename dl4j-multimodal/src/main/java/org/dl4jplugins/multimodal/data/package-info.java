/**
 * Pictures and texts: where they come from and how they become arrays.
 *
 * <p>Pictures in arrays are [batch, channel, height, width] in [-1, 1].
 */
package org.dl4jplugins.multimodal.data;
