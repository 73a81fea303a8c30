/** Recon's MultiFashion+MNIST experiment: find the disputed layers, split them, compare. */
package org.dl4jplugins.examples.recon;
