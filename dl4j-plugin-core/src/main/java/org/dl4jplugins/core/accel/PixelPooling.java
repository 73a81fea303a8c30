package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Maximum and average pooling of pixel-major arrays: one pixel of the whole minibatch is one long
 * vector, so a window is a handful of vector operations. Positions in the padding do not take part
 * in a maximum.
 */
final class PixelPooling {
    private final ConvolutionShape s;
    private final int[][] windows; // output pixel -> input pixels, in kernel order

    /**
     * Plans the windows.
     *
     * @param shape the sizes
     */
    PixelPooling(ConvolutionShape shape) {
        s = shape;
        windows = new int[s.outH() * s.outW()][];
        for (int y = 0; y < s.outH(); y++) {
            for (int x = 0; x < s.outW(); x++) {
                windows[y * s.outW() + x] = window(y, x);
            }
        }
    }

    private int[] window(int y, int x) {
        int[] all = new int[s.taps()];
        int n = 0;
        for (int k = 0; k < s.taps(); k++) {
            int inY = y * s.strideH() + s.shiftH(k / s.kW());
            int inX = x * s.strideW() + s.shiftW(k % s.kW());
            if (inY >= 0 && inY < s.inH() && inX >= 0 && inX < s.inW()) {
                all[n++] = inY * s.inW() + inX;
            }
        }
        return java.util.Arrays.copyOf(all, n);
    }

    /**
     * Whether every window contains at least one input pixel.
     *
     * @return false if a maximum would be undefined
     */
    boolean hasNoEmptyWindow() {
        for (int[] w : windows) {
            if (w.length == 0) {
                return false;
            }
        }
        return true;
    }

    private int vector() {
        return s.batch() * s.channels();
    }

    private void chunks(Workers.Range body) {
        int chunks = (vector() + Floats.CHUNK - 1) / Floats.CHUNK;
        Workers.loop(
                chunks,
                (long) windows.length * s.taps() * vector(),
                (from, to) -> {
                    for (int c = from; c < to; c++) {
                        int start = c * Floats.CHUNK;
                        body.run(start, Math.min(vector(), start + Floats.CHUNK));
                    }
                });
    }

    /**
     * Maximum of each window.
     *
     * @param x stored input
     * @param y stored output
     */
    void max(FloatBuffer x, FloatBuffer y) {
        chunks(
                (from, to) -> {
                    int n = to - from;
                    float[] best = new float[n];
                    float[] a = new float[n];
                    for (int p = 0; p < windows.length; p++) {
                        int[] w = windows[p];
                        x.get(w[0] * vector() + from, best, 0, n);
                        for (int i = 1; i < w.length; i++) {
                            x.get(w[i] * vector() + from, a, 0, n);
                            larger(best, a, n);
                        }
                        y.put(p * vector() + from, best, 0, n);
                    }
                });
    }

    /**
     * Gradient of {@link #max}: goes to the first maximum of each window.
     *
     * @param x stored input
     * @param y stored output
     * @param dy stored output gradient
     * @param dx stored input gradient, zeros at the start
     */
    void maxBackward(FloatBuffer x, FloatBuffer y, FloatBuffer dy, FloatBuffer dx) {
        chunks(
                (from, to) -> {
                    int n = to - from;
                    float[] a = new float[n];
                    float[] best = new float[n];
                    float[] rest = new float[n];
                    float[] sum = new float[n];
                    for (int p = 0; p < windows.length; p++) {
                        y.get(p * vector() + from, best, 0, n);
                        dy.get(p * vector() + from, rest, 0, n);
                        for (int pixel : windows[p]) {
                            x.get(pixel * vector() + from, a, 0, n);
                            dx.get(pixel * vector() + from, sum, 0, n);
                            give(a, best, rest, sum, n);
                            dx.put(pixel * vector() + from, sum, 0, n);
                        }
                    }
                });
    }

    /**
     * Average of each window.
     *
     * @param x stored input
     * @param y stored output
     * @param wholeKernel whether to divide by the kernel's size also at the border
     */
    void average(FloatBuffer x, FloatBuffer y, boolean wholeKernel) {
        chunks(
                (from, to) -> {
                    int n = to - from;
                    float[] a = new float[n];
                    for (int p = 0; p < windows.length; p++) {
                        float[] sum = new float[n];
                        for (int pixel : windows[p]) {
                            x.get(pixel * vector() + from, a, 0, n);
                            Rows.add(sum, a, n);
                        }
                        Rows.scale(sum, 1f / divisor(p, wholeKernel), n);
                        y.put(p * vector() + from, sum, 0, n);
                    }
                });
    }

    /**
     * Gradient of {@link #average}.
     *
     * @param dy stored output gradient
     * @param dx stored input gradient, zeros at the start
     * @param wholeKernel as in the forward pass
     */
    void averageBackward(FloatBuffer dy, FloatBuffer dx, boolean wholeKernel) {
        chunks(
                (from, to) -> {
                    int n = to - from;
                    float[] d = new float[n];
                    float[] sum = new float[n];
                    for (int p = 0; p < windows.length; p++) {
                        dy.get(p * vector() + from, d, 0, n);
                        Rows.scale(d, 1f / divisor(p, wholeKernel), n);
                        for (int pixel : windows[p]) {
                            dx.get(pixel * vector() + from, sum, 0, n);
                            Rows.add(sum, d, n);
                            dx.put(pixel * vector() + from, sum, 0, n);
                        }
                    }
                });
    }

    private int divisor(int p, boolean wholeKernel) {
        return wholeKernel ? s.taps() : Math.max(1, windows[p].length);
    }

    private static void larger(float[] best, float[] a, int n) {
        for (int i = 0; i < n; i++) {
            best[i] = Math.max(best[i], a[i]);
        }
    }

    private static void give(float[] a, float[] best, float[] rest, float[] sum, int n) {
        for (int i = 0; i < n; i++) {
            float d = a[i] == best[i] ? rest[i] : 0f;
            sum[i] += d;
            rest[i] -= d;
        }
    }
}
