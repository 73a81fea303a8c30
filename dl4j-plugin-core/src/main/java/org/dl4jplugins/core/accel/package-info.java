/** Revives the native kernels that DL4J 1.0.0-M2.1 leaves unused. */
package org.dl4jplugins.core.accel;
