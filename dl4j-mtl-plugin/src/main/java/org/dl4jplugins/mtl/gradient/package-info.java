/** Whose gradient is it: one forward pass, one backward pass per task. */
package org.dl4jplugins.mtl.gradient;
