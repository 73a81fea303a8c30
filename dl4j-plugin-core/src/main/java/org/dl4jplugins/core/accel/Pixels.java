package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The pixel-major layout of activations: logical shape [batch, channel, height, width] as
 * everywhere in DL4J, but stored in the order height, width, batch, channel.
 *
 * <p>One pixel of the whole minibatch is then a row-major matrix [batch, channel], and neighboring
 * pixels are more rows of it: a convolution becomes a few large matrix products without any
 * unfolding, batch norm works on contiguous rows of channels, pooling takes the maximum of long
 * vectors. Accelerated layers exchange such arrays among themselves and hand ordinary 'c' arrays to
 * all others.
 */
final class Pixels {
    private static final int TILE = 64;

    private Pixels() {}

    /**
     * Whether an array is stored pixel-major.
     *
     * @param a an array of rank 4, logical shape [batch, channel, height, width]
     * @return whether it is FLOAT and stored as height, width, batch, channel without gaps
     */
    static boolean is(INDArray a) {
        if (a.rank() != 4 || a.dataType() != DataType.FLOAT || a.length() > Floats.MAX_LENGTH) {
            return false;
        }
        long expected = 1;
        for (int d : new int[] {1, 0, 3, 2}) {
            if (a.size(d) != 1 && a.stride(d) != expected) {
                return false;
            }
            expected *= a.size(d);
        }
        return true;
    }

    /**
     * A new array with arbitrary content.
     *
     * @param manager where it lives
     * @param type what it is for
     * @param shape [batch, channel, height, width]
     * @return a pixel-major array of this logical shape
     */
    static INDArray create(LayerWorkspaceMgr manager, ArrayType type, long... shape) {
        INDArray stored =
                manager.createUninitialized(
                        type,
                        DataType.FLOAT,
                        new long[] {shape[2], shape[3], shape[0], shape[1]},
                        'c');
        return new PixelArray(stored);
    }

    /**
     * A new array in the layout that the receiver of the values wants.
     *
     * @param pixelMajor whether the receiver is an accelerated layer
     * @param manager where it lives
     * @param type what it is for
     * @param shape [batch, channel, height, width]
     * @return the array, arbitrary content
     */
    static INDArray create(
            boolean pixelMajor, LayerWorkspaceMgr manager, ArrayType type, long... shape) {
        return pixelMajor
                ? create(manager, type, shape)
                : manager.createUninitialized(type, DataType.FLOAT, shape, 'c');
    }

    /**
     * The same values pixel-major.
     *
     * @param a FLOAT, [batch, channel, height, width] in any layout
     * @param manager where a copy lives
     * @param type what a copy is for
     * @return the array itself if it is pixel-major already
     */
    static INDArray of(INDArray a, LayerWorkspaceMgr manager, ArrayType type) {
        if (is(a)) {
            return a;
        }
        INDArray dense = Floats.dense(a) ? a : manager.dup(type, a, 'c');
        INDArray result = create(manager, type, a.shape());
        transpose(
                Floats.of(dense),
                Floats.of(result),
                (int) a.size(0),
                (int) a.size(1),
                (int) (a.size(2) * a.size(3)),
                true);
        return result;
    }

    /**
     * The same values as stock layers want them.
     *
     * @param a in any layout
     * @param manager where a copy lives
     * @param type what a copy is for
     * @return the array itself unless it is pixel-major
     */
    static INDArray plain(INDArray a, LayerWorkspaceMgr manager, ArrayType type) {
        return is(a) ? release(a, false, manager, type) : a;
    }

    /**
     * Hands a pixel-major result on.
     *
     * @param a pixel-major
     * @param keep whether the receiver is an accelerated layer
     * @param manager where a copy lives
     * @param type what a copy is for
     * @return the array itself, or a 'c' copy
     */
    static INDArray release(INDArray a, boolean keep, LayerWorkspaceMgr manager, ArrayType type) {
        if (keep) {
            return a;
        }
        INDArray result = manager.createUninitialized(type, DataType.FLOAT, a.shape(), 'c');
        transpose(
                Floats.of(result),
                Floats.of(a),
                (int) a.size(0),
                (int) a.size(1),
                (int) (a.size(2) * a.size(3)),
                false);
        return result;
    }

    /**
     * The stored matrix behind a pixel-major array, for operations on single elements.
     *
     * @param a pixel-major, [batch, channel, height, width]
     * @return view [height, width, batch, channel] in 'c' order
     */
    static INDArray stored(INDArray a) {
        return a.permute(2, 3, 0, 1);
    }

    /** Copies between [batch][channel][pixel] and [pixel][batch][channel]. */
    private static void transpose(
            FloatBuffer plain, FloatBuffer pixel, int batch, int channels, int pixels, boolean to) {
        Workers.loop(
                batch,
                2L * batch * channels * pixels,
                (from, end) -> {
                    float[] rows = new float[TILE * TILE];
                    float[] columns = new float[TILE * TILE];
                    for (int b = from; b < end; b++) {
                        for (int c = 0; c < channels; c += TILE) {
                            for (int p = 0; p < pixels; p += TILE) {
                                int nc = Math.min(TILE, channels - c);
                                int np = Math.min(TILE, pixels - p);
                                int source = (b * channels + c) * pixels + p;
                                int target = (p * batch + b) * channels + c;
                                if (to) {
                                    for (int i = 0; i < nc; i++) {
                                        plain.get(source + i * pixels, rows, i * np, np);
                                    }
                                    Rows.flip(rows, columns, nc, np);
                                    for (int j = 0; j < np; j++) {
                                        pixel.put(
                                                target + j * batch * channels, columns, j * nc, nc);
                                    }
                                } else {
                                    for (int j = 0; j < np; j++) {
                                        pixel.get(
                                                target + j * batch * channels, columns, j * nc, nc);
                                    }
                                    Rows.flip(columns, rows, np, nc);
                                    for (int i = 0; i < nc; i++) {
                                        plain.put(source + i * pixels, rows, i * np, np);
                                    }
                                }
                            }
                        }
                    }
                });
    }
}
