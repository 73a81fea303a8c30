/** Files that a crash cannot half-write, and tensors in files: safetensors, read and written. */
package org.dl4jplugins.core.io;
