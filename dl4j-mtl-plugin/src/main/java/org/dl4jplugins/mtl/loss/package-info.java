/** Losses of dense tasks: a mean over valid pixels, and the angle between surface normals. */
package org.dl4jplugins.mtl.loss;
