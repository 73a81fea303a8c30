/** Measurements of speed and memory, back to back with PyTorch where it is installed. */
package org.dl4jplugins.tests.bench;
