/**
 * Searches Recon's settings with Arbiter, which is an optional dependency: who does not use this
 * package never loads it.
 */
package org.dl4jplugins.mtl.arbiter;
