/**
 * Convolutional networks on the CPU: activations stored pixel by pixel ([height, width, batch,
 * channel]), matrix products by the backend's own BLAS, and nothing computed twice. Entry points
 * are {@link org.dl4jplugins.core.accel.Accelerator} and {@link
 * org.dl4jplugins.core.accel.CpuTuning}.
 */
package org.dl4jplugins.core.accel;
