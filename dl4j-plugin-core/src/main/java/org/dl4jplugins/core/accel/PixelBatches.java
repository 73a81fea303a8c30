package org.dl4jplugins.core.accel;

import java.nio.FloatBuffer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Stacks batches along dimension 0 and takes stacks apart, in the layout that accelerated layers
 * exchange: for vertices of other packages that implement {@link PixelLayer}.
 *
 * <p>A stack has shape [n * batch, channel, height, width], part {@code i} being examples {@code i
 * * batch} to {@code (i + 1) * batch - 1}. Everything here needs {@link #applies}.
 */
public final class PixelBatches {
    private PixelBatches() {}

    /**
     * Whether any of the arrays is in the layout of accelerated layers, so that this class is
     * quicker than plain copies.
     *
     * @param arrays of equal shape
     * @return false for arrays of another rank than 4 or another type than FLOAT
     */
    public static boolean applies(INDArray... arrays) {
        boolean any = false;
        for (INDArray a : arrays) {
            if (a.rank() != 4 || a.dataType() != DataType.FLOAT) {
                return false;
            }
            any |= Pixels.is(a);
        }
        return any && arrays.length * arrays[0].length() <= Floats.MAX_LENGTH;
    }

    /**
     * One array of many.
     *
     * @param parts arrays [batch, channel, height, width] of equal shape
     * @param keep whether the receiver is an accelerated layer; else the result is in 'c' order
     * @param manager where the result lives
     * @param type what it is for
     * @return the stack
     */
    public static INDArray stack(
            INDArray[] parts, boolean keep, LayerWorkspaceMgr manager, ArrayType type) {
        INDArray stack = Pixels.create(manager, type, shape(parts[0], parts.length));
        FloatBuffer[] from = new FloatBuffer[parts.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = Floats.of(Pixels.of(parts[i], manager, type));
        }
        FloatBuffer to = Floats.of(stack);
        int row = row(parts[0]);
        Workers.loop(
                pixels(stack),
                stack.length(),
                (start, end) -> {
                    for (int p = start; p < end; p++) {
                        for (int i = 0; i < from.length; i++) {
                            to.put((p * from.length + i) * row, from[i], p * row, row);
                        }
                    }
                });
        return Pixels.release(stack, keep, manager, type);
    }

    /**
     * One part of a stack, copied.
     *
     * @param stack [n * batch, channel, height, width]
     * @param i which part, from 0
     * @param n number of parts
     * @param keep whether the receiver is an accelerated layer; else the result is in 'c' order
     * @param manager where the result lives
     * @param type what it is for
     * @return [batch, channel, height, width]
     */
    public static INDArray part(
            INDArray stack, int i, int n, boolean keep, LayerWorkspaceMgr manager, ArrayType type) {
        long[] shape = stack.shape().clone();
        shape[0] /= n;
        INDArray part = Pixels.create(manager, type, shape);
        FloatBuffer from = Floats.of(Pixels.of(stack, manager, type));
        FloatBuffer to = Floats.of(part);
        int row = row(part);
        Workers.loop(
                pixels(part),
                part.length(),
                (start, end) -> {
                    for (int p = start; p < end; p++) {
                        to.put(p * row, from, (p * n + i) * row, row);
                    }
                });
        return Pixels.release(part, keep, manager, type);
    }

    /**
     * A stack with one part and zeros in all others.
     *
     * @param part [batch, channel, height, width]
     * @param i which part, from 0
     * @param n number of parts
     * @param keep whether the receiver is an accelerated layer; else the result is in 'c' order
     * @param manager where the result lives
     * @param type what it is for
     * @return [n * batch, channel, height, width]
     */
    public static INDArray spread(
            INDArray part, int i, int n, boolean keep, LayerWorkspaceMgr manager, ArrayType type) {
        INDArray stack = Pixels.create(manager, type, shape(part, n));
        FloatBuffer from = Floats.of(Pixels.of(part, manager, type));
        FloatBuffer to = Floats.of(stack);
        long address = Floats.address(stack);
        int row = row(part);
        Workers.loop(
                pixels(part),
                stack.length(),
                (start, end) -> {
                    for (int p = start; p < end; p++) {
                        int at = p * n * row;
                        Floats.zero(address + (long) at * Float.BYTES, (long) i * row);
                        to.put(at + i * row, from, p * row, row);
                        Floats.zero(
                                address + (long) (at + (i + 1) * row) * Float.BYTES,
                                (long) (n - 1 - i) * row);
                    }
                });
        return Pixels.release(stack, keep, manager, type);
    }

    /**
     * The sum of a stack's parts.
     *
     * @param stack [n * batch, channel, height, width]
     * @param n number of parts
     * @param keep whether the receiver is an accelerated layer; else the result is in 'c' order
     * @param manager where the result lives
     * @param type what it is for
     * @return [batch, channel, height, width]
     */
    public static INDArray sum(
            INDArray stack, int n, boolean keep, LayerWorkspaceMgr manager, ArrayType type) {
        long[] shape = stack.shape().clone();
        shape[0] /= n;
        INDArray sum = Pixels.create(manager, type, shape);
        FloatBuffer from = Floats.of(Pixels.of(stack, manager, type));
        FloatBuffer to = Floats.of(sum);
        int row = row(sum);
        Workers.loop(
                pixels(sum),
                stack.length(),
                (start, end) -> {
                    float[] a = new float[row];
                    float[] b = new float[row];
                    for (int p = start; p < end; p++) {
                        from.get(p * n * row, a);
                        for (int i = 1; i < n; i++) {
                            from.get((p * n + i) * row, b);
                            Rows.add(a, b, row);
                        }
                        to.put(p * row, a);
                    }
                });
        return Pixels.release(sum, keep, manager, type);
    }

    private static long[] shape(INDArray part, int n) {
        long[] shape = part.shape().clone();
        shape[0] *= n;
        return shape;
    }

    private static int pixels(INDArray a) {
        return (int) (a.size(2) * a.size(3));
    }

    private static int row(INDArray part) {
        return (int) (part.size(0) * part.size(1));
    }
}
