package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;

/**
 * Convolution for few input channels, where one product per kernel position would be too thin: the
 * input is unfolded, some output rows at a time, to [channel, tap, pixel, batch] and multiplied
 * once with all weights in DL4J's own order. The input is stored [channel][pixel][batch], so that
 * unfolding copies stretches of whole minibatches.
 */
final class UnfoldedConvolution {
    private static final long BLOCK_BYTES = 1L << 20;

    private final ConvolutionShape s;
    private final int depth;
    private final int rowsPerBlock;

    /**
     * Plans the blocks.
     *
     * @param shape the sizes
     */
    UnfoldedConvolution(ConvolutionShape shape) {
        s = shape;
        depth = s.channels() * s.taps();
        long row = 4L * depth * s.outW() * s.batch();
        rowsPerBlock = (int) Math.max(1, Math.min(s.outH(), BLOCK_BYTES / row));
    }

    /**
     * Working memory for one block.
     *
     * @return elements
     */
    long scratchLength() {
        return (long) depth * rowsPerBlock * s.outW() * s.batch();
    }

    /**
     * {@code y := conv(x, w)}.
     *
     * @param x input, [channel][pixel][batch]
     * @param w address of the weights, [filter][channel][tap]
     * @param y address of the pixel-major output
     * @param scratch address of {@link #scratchLength()} elements
     */
    void forward(FloatBuffer x, long w, long y, long scratch) {
        for (int row = 0; row < s.outH(); row += rowsPerBlock) {
            int pixels = rows(row) * s.outW();
            unfold(x, scratch, row, rows(row));
            Blas.sgemm(
                    true,
                    true,
                    pixels * s.batch(),
                    s.filters(),
                    depth,
                    scratch,
                    pixels * s.batch(),
                    w,
                    depth,
                    0,
                    at(y, row),
                    s.filters());
        }
    }

    /**
     * {@code dw := } gradient of the weights.
     *
     * @param x input, [channel][pixel][batch]
     * @param dy address of the pixel-major output gradient
     * @param dw address of the weight gradient, [filter][channel][tap]
     * @param scratch address of {@link #scratchLength()} elements
     */
    void backwardWeights(FloatBuffer x, long dy, long dw, long scratch) {
        for (int row = 0; row < s.outH(); row += rowsPerBlock) {
            int pixels = rows(row) * s.outW();
            unfold(x, scratch, row, rows(row));
            Blas.sgemm(
                    true,
                    true,
                    s.filters(),
                    depth,
                    pixels * s.batch(),
                    at(dy, row),
                    s.filters(),
                    scratch,
                    pixels * s.batch(),
                    row == 0 ? 0 : 1,
                    dw,
                    depth);
        }
    }

    /**
     * {@code dx := conv^T(dy, w)}.
     *
     * @param dy address of the pixel-major output gradient
     * @param w address of the weights, [filter][channel][tap]
     * @param dx address of the input gradient, [channel][pixel][batch]
     * @param scratch address of {@link #scratchLength()} elements
     */
    void backwardInput(long dy, long w, long dx, long scratch) {
        long length = (long) s.channels() * s.inH() * s.inW() * s.batch();
        Floats.zero(dx, length);
        FloatBuffer target = Floats.of(dx, length);
        for (int row = 0; row < s.outH(); row += rowsPerBlock) {
            int pixels = rows(row) * s.outW();
            Blas.sgemm(
                    true,
                    true,
                    depth,
                    pixels * s.batch(),
                    s.filters(),
                    w,
                    depth,
                    at(dy, row),
                    s.filters(),
                    0,
                    scratch,
                    pixels * s.batch());
            fold(target, scratch, row, rows(row));
        }
    }

    private int rows(int first) {
        return Math.min(rowsPerBlock, s.outH() - first);
    }

    private long at(long y, int row) {
        return y + 4L * row * s.outW() * s.batch() * s.filters();
    }

    private void unfold(FloatBuffer x, long scratch, int row, int rows) {
        int n = s.batch();
        int line = s.outW() * n;
        FloatBuffer unfolded = Floats.of(scratch, scratchLength());
        Workers.loop(
                depth,
                2L * depth * rows * line,
                (from, to) -> {
                    float[] zeros = new float[line];
                    for (int d = from; d < to; d++) {
                        int c = d / s.taps();
                        int dy = s.shiftH(d % s.taps() / s.kW());
                        int dx = s.shiftW(d % s.kW());
                        int x0 = Math.min(s.outW(), ConvolutionShape.first(dx, s.strideW()));
                        int x1 = ConvolutionShape.end(dx, s.strideW(), s.inW(), s.outW());
                        for (int i = 0; i < rows; i++) {
                            int target = (d * rows + i) * line;
                            int inY = (row + i) * s.strideH() + dy;
                            if (inY < 0 || inY >= s.inH() || x0 >= x1) {
                                unfolded.put(target, zeros, 0, line);
                                continue;
                            }
                            unfolded.put(target, zeros, 0, x0 * n);
                            unfolded.put(target + x1 * n, zeros, 0, line - x1 * n);
                            int source = (c * s.inH() + inY) * s.inW() + dx;
                            if (s.strideW() == 1) {
                                int run = (x1 - x0) * n;
                                unfolded.put(target + x0 * n, x, (source + x0) * n, run);
                                continue;
                            }
                            for (int o = x0; o < x1; o++) {
                                int from1 = (source + o * s.strideW()) * n;
                                unfolded.put(target + o * n, x, from1, n);
                            }
                        }
                    }
                });
    }

    private void fold(FloatBuffer dx, long scratch, int row, int rows) {
        int n = s.batch();
        int line = s.outW() * n;
        FloatBuffer unfolded = Floats.of(scratch, scratchLength());
        Workers.loop(
                s.channels(),
                2L * depth * rows * line,
                (from, to) -> {
                    float[] sum = new float[n];
                    float[] add = new float[n];
                    for (int d = from * s.taps(); d < to * s.taps(); d++) {
                        int c = d / s.taps();
                        int shiftH = s.shiftH(d % s.taps() / s.kW());
                        int shiftW = s.shiftW(d % s.kW());
                        int x0 = Math.min(s.outW(), ConvolutionShape.first(shiftW, s.strideW()));
                        int x1 = ConvolutionShape.end(shiftW, s.strideW(), s.inW(), s.outW());
                        for (int i = 0; i < rows; i++) {
                            int inY = (row + i) * s.strideH() + shiftH;
                            if (inY < 0 || inY >= s.inH()) {
                                continue;
                            }
                            for (int o = x0; o < x1; o++) {
                                int inX = o * s.strideW() + shiftW;
                                int target = ((c * s.inH() + inY) * s.inW() + inX) * n;
                                dx.get(target, sum, 0, n);
                                unfolded.get((d * rows + i) * line + o * n, add, 0, n);
                                Rows.add(sum, add, n);
                                dx.put(target, sum, 0, n);
                            }
                        }
                    }
                });
    }
}
