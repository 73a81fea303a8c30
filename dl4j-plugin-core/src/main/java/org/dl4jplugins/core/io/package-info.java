/** Files that a crash cannot half-write. */
package org.dl4jplugins.core.io;
