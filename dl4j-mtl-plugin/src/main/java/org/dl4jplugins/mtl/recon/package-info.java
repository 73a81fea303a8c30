/** Gives the disputed layers to each task. */
package org.dl4jplugins.mtl.recon;
