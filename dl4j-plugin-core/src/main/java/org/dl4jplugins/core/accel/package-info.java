/**
 * Networks on the CPU: matrix products by the backend's own BLAS, loops on all cores, and nothing
 * computed twice. Convolutional networks get their activations stored pixel by pixel ([height,
 * width, batch, channel]). Entry points are {@link org.dl4jplugins.core.accel.Accelerator}, {@link
 * org.dl4jplugins.core.accel.CpuTuning} and, for layers of one's own, {@link
 * org.dl4jplugins.core.accel.Gemm}, {@link org.dl4jplugins.core.accel.Floats} and {@link
 * org.dl4jplugins.core.accel.Workers}.
 */
package org.dl4jplugins.core.accel;
