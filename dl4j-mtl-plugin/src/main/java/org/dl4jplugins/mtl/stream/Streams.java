package org.dl4jplugins.mtl.stream;

import java.util.Arrays;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Arithmetic on dimension 0 of stacked arrays. */
final class Streams {
    private Streams() {}

    /** A view of stream {@code stream} of {@code streams} in an array [streams * batch, ...]. */
    static INDArray view(INDArray stack, int stream, int streams) {
        long batch = batch(stack, streams);
        INDArrayIndex[] index = new INDArrayIndex[stack.rank()];
        Arrays.fill(index, NDArrayIndex.all());
        index[0] = NDArrayIndex.interval(stream * batch, (stream + 1) * batch);
        return stack.get(index);
    }

    /** Examples per stream; checks that the stack divides evenly. */
    static long batch(INDArray stack, int streams) {
        if (stack.rank() < 2 || stack.size(0) % streams != 0) {
            throw new IllegalArgumentException(
                    "Expected "
                            + streams
                            + " streams stacked along dimension 0, got shape "
                            + Arrays.toString(stack.shape()));
        }
        return stack.size(0) / streams;
    }

    /** The shape with another number of entries in dimension 0. */
    static long[] shapeWith(INDArray like, long entries) {
        long[] shape = like.shape().clone();
        shape[0] = entries;
        return shape;
    }

    /** Writes arrays of one shape below each other into an array of the given kind. */
    static INDArray stack(INDArray[] parts, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        INDArray stack =
                workspaceMgr.createUninitialized(
                        type,
                        parts[0].dataType(),
                        shapeWith(parts[0], parts.length * parts[0].size(0)),
                        'c');
        for (int s = 0; s < parts.length; s++) {
            view(stack, s, parts.length).assign(parts[s]);
        }
        return stack;
    }

    /** Stacks masks; a missing one means ones. Null if all are missing. */
    static INDArray stackMasks(INDArray[] masks) {
        INDArray like = Arrays.stream(masks).filter(m -> m != null).findFirst().orElse(null);
        if (like == null) {
            return null;
        }
        INDArray[] all = masks.clone();
        for (int i = 0; i < all.length; i++) {
            if (all[i] == null) {
                all[i] = Nd4j.onesLike(like);
            }
        }
        return Nd4j.concat(0, all);
    }
}
