package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolution of pixel-major arrays without unfolding: every kernel position ("tap") contributes
 * one product of a matrix of shifted pixels, [pixels * batch, channel], with its own weight matrix,
 * [channel, filter]. Neighboring pixels are neighboring rows, so that a whole image row, often the
 * whole image, is one product; positions in the padding cost nothing. For strides above one the
 * input is first sorted into its {@code strideH * strideW} subsampled images, within which a stride
 * is again a shift.
 *
 * <p>Weights are stored [tap][channel][filter] here ({@link WeightPacking}), for 1x1 kernels as in
 * DL4J, [filter][channel].
 */
final class PixelConvolution {
    /** Bytes of input and output that one block of output rows should not exceed by far. */
    private static final long BLOCK_BYTES = 1L << 20;

    private final ConvolutionShape s;
    private final boolean pointwise;
    private final List<List<Run>> blocks = new ArrayList<>();
    private final List<Plane> planes = new ArrayList<>();
    private final long planesLength;
    private final boolean overwrites;

    /** A stretch of consecutive output pixels that one tap connects to consecutive input pixels. */
    private record Run(int tap, int out, int in, int pixels, boolean whole) {}

    /** A subsampled image: pixels (y0 + i strideH, x0 + j strideW) of the input. */
    private record Plane(int y0, int x0, int height, int width, int offset) {}

    /**
     * Plans the products.
     *
     * @param shape the sizes
     */
    PixelConvolution(ConvolutionShape shape) {
        s = shape;
        pointwise = s.taps() == 1;
        int offset = 0;
        for (int y = 0; y < s.strideH(); y++) {
            for (int x = 0; x < s.strideW(); x++) {
                if (isUsed(y, x)) {
                    int height = (s.inH() - y + s.strideH() - 1) / s.strideH();
                    int width = (s.inW() - x + s.strideW() - 1) / s.strideW();
                    planes.add(new Plane(y, x, height, width, offset));
                    offset += Math.max(0, height) * Math.max(0, width);
                }
            }
        }
        planesLength = (long) offset * s.batch() * s.channels();
        long row = 4L * s.outW() * s.batch() * (s.channels() + s.filters());
        int rows = (int) Math.max(1, Math.min(s.outH(), BLOCK_BYTES / row));
        for (int y = 0; y < s.outH(); y += rows) {
            blocks.add(block(y, Math.min(s.outH(), y + rows)));
        }
        overwrites = blocks.stream().allMatch(b -> !b.isEmpty() && b.get(0).whole);
    }

    private boolean isUsed(int y, int x) {
        boolean rows = false;
        boolean columns = false;
        for (int k = 0; k < s.kH(); k++) {
            rows |= Math.floorMod(s.shiftH(k), s.strideH()) == y;
        }
        for (int k = 0; k < s.kW(); k++) {
            columns |= Math.floorMod(s.shiftW(k), s.strideW()) == x;
        }
        return rows && columns && y < s.inH() && x < s.inW();
    }

    private List<Run> block(int y0, int y1) {
        List<Run> runs = new ArrayList<>();
        for (int ky = 0; ky < s.kH(); ky++) {
            for (int kx = 0; kx < s.kW(); kx++) {
                addRuns(runs, ky, kx, y0, y1);
            }
        }
        int pixels = (y1 - y0) * s.outW();
        for (int i = 0; i < runs.size(); i++) {
            Run r = runs.get(i);
            if (r.pixels == pixels) { // it can overwrite the output, all others add to it
                runs.remove(i);
                runs.add(0, new Run(r.tap, r.out, r.in, r.pixels, true));
                break;
            }
        }
        return runs;
    }

    private void addRuns(List<Run> runs, int ky, int kx, int y0, int y1) {
        int dy = s.shiftH(ky);
        int dx = s.shiftW(kx);
        Plane plane = plane(Math.floorMod(dy, s.strideH()), Math.floorMod(dx, s.strideW()));
        if (plane == null) {
            return;
        }
        int fromY = Math.max(y0, ConvolutionShape.first(dy, s.strideH()));
        int toY = Math.min(y1, ConvolutionShape.end(dy, s.strideH(), s.inH(), s.outH()));
        int fromX = ConvolutionShape.first(dx, s.strideW());
        int toX = ConvolutionShape.end(dx, s.strideW(), s.inW(), s.outW());
        int width = toX - fromX;
        if (fromY >= toY || width <= 0) {
            return;
        }
        int inY = fromY + Math.floorDiv(dy, s.strideH());
        int inX = fromX + Math.floorDiv(dx, s.strideW());
        boolean rows = width == s.outW() && width == plane.width;
        int count = rows ? 1 : toY - fromY;
        int pixels = rows ? (toY - fromY) * width : width;
        for (int i = 0; i < count; i++) {
            runs.add(
                    new Run(
                            ky * s.kW() + kx,
                            (fromY + i) * s.outW() + fromX,
                            plane.offset + (inY + i) * plane.width + inX,
                            pixels,
                            false));
        }
    }

    private Plane plane(int y, int x) {
        for (Plane p : planes) {
            if (p.y0 == y && p.x0 == x) {
                return p;
            }
        }
        return null;
    }

    /**
     * Whether the input must be sorted into planes first.
     *
     * @return elements of the sorted copy, 0 if the input serves as it is
     */
    long planesLength() {
        return s.strideH() == 1 && s.strideW() == 1 ? 0 : planesLength;
    }

    /**
     * Sorts the input into subsampled images.
     *
     * @param x pixel-major input
     * @param sorted {@link #planesLength()} elements
     */
    void split(FloatBuffer x, FloatBuffer sorted) {
        int n = s.batch() * s.channels();
        for (Plane p : planes) {
            Workers.loop(
                    p.height,
                    2L * p.height * p.width * n,
                    (from, to) -> {
                        for (int i = from; i < to; i++) {
                            for (int j = 0; j < p.width; j++) {
                                int source = (p.y0 + i * s.strideH()) * s.inW();
                                source += p.x0 + j * s.strideW();
                                int target = p.offset + i * p.width + j;
                                sorted.put(target * n, x, source * n, n);
                            }
                        }
                    });
        }
    }

    /**
     * The reverse of {@link #split}; pixels in no plane become zero.
     *
     * @param sorted {@link #planesLength()} elements
     * @param x pixel-major, overwritten
     * @param address of x
     */
    void join(FloatBuffer sorted, FloatBuffer x, long address) {
        int n = s.batch() * s.channels();
        if (planes.size() < s.strideH() * s.strideW()) {
            Floats.zero(address, (long) s.inH() * s.inW() * n);
        }
        for (Plane p : planes) {
            Workers.loop(
                    p.height,
                    2L * p.height * p.width * n,
                    (from, to) -> {
                        for (int i = from; i < to; i++) {
                            for (int j = 0; j < p.width; j++) {
                                int target = (p.y0 + i * s.strideH()) * s.inW();
                                target += p.x0 + j * s.strideW();
                                int source = p.offset + i * p.width + j;
                                x.put(target * n, sorted, source * n, n);
                            }
                        }
                    });
        }
    }

    /**
     * {@code y := conv(x, w)}.
     *
     * @param x address of the pixel-major (or sorted) input
     * @param w address of the packed weights
     * @param y address of the pixel-major output
     */
    void forward(long x, long w, long y) {
        int c = s.channels();
        int f = s.filters();
        int pixelRows = s.batch();
        if (!overwrites) {
            Floats.zero(y, (long) s.outH() * s.outW() * pixelRows * f);
        }
        for (List<Run> block : blocks) {
            for (Run r : block) {
                Blas.sgemm(
                        false,
                        pointwise,
                        r.pixels * pixelRows,
                        f,
                        c,
                        x + 4L * r.in * pixelRows * c,
                        c,
                        w + 4L * r.tap * c * f,
                        pointwise ? c : f,
                        r.whole && overwrites ? 0 : 1,
                        y + 4L * r.out * pixelRows * f,
                        f);
            }
        }
    }

    /**
     * {@code dx := conv^T(dy, w)}.
     *
     * @param dy address of the pixel-major output gradient
     * @param w address of the packed weights
     * @param dx address of the pixel-major (or sorted) input gradient
     */
    void backwardInput(long dy, long w, long dx) {
        int c = s.channels();
        int f = s.filters();
        int b = s.batch();
        Floats.zero(dx, planesLength() == 0 ? (long) s.inH() * s.inW() * b * c : planesLength);
        for (List<Run> block : blocks) {
            for (Run r : block) {
                Blas.sgemm(
                        false,
                        !pointwise,
                        r.pixels * b,
                        c,
                        f,
                        dy + 4L * r.out * b * f,
                        f,
                        w + 4L * r.tap * c * f,
                        pointwise ? c : f,
                        1,
                        dx + 4L * r.in * b * c,
                        c);
            }
        }
    }

    /**
     * {@code dw := } gradient of the packed weights.
     *
     * @param x address of the pixel-major (or sorted) input
     * @param dy address of the pixel-major output gradient
     * @param dw address of the packed weight gradient
     */
    void backwardWeights(long x, long dy, long dw) {
        int c = s.channels();
        int f = s.filters();
        int b = s.batch();
        boolean[] written = new boolean[s.taps()];
        for (List<Run> block : blocks) {
            for (Run r : block) {
                long xs = x + 4L * r.in * b * c;
                long ys = dy + 4L * r.out * b * f;
                Blas.sgemm(
                        true,
                        false,
                        pointwise ? f : c,
                        pointwise ? c : f,
                        r.pixels * b,
                        pointwise ? ys : xs,
                        pointwise ? f : c,
                        pointwise ? xs : ys,
                        pointwise ? c : f,
                        written[r.tap] ? 1 : 0,
                        dw + 4L * r.tap * c * f,
                        pointwise ? c : f);
                written[r.tap] = true;
            }
        }
        for (int t = 0; t < written.length; t++) {
            if (!written[t]) {
                Floats.zero(dw + 4L * t * c * f, (long) c * f);
            }
        }
    }
}
