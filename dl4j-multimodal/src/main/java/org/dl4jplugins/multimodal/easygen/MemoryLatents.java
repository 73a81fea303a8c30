package org.dl4jplugins.multimodal.easygen;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Latents of all images in two arrays. */
record MemoryLatents(INDArray all, INDArray states) implements ImageLatents {

    MemoryLatents {
        Require.shape("latents", all, "[images, tokens, latent width]", -1, -1, -1);
        if (states != null) {
            Require.shape(
                    "clip", states, "[" + all.size(0) + ", tokens, width]", all.size(0), -1, -1);
        }
    }

    @Override
    public int size() {
        return (int) all.size(0);
    }

    @Override
    public INDArray latents(int... images) {
        return rows(all, images);
    }

    @Override
    public INDArray clip(int... images) {
        return states == null ? null : rows(states, images);
    }

    private INDArray rows(INDArray array, int[] images) {
        INDArray rows =
                Nd4j.createUninitialized(
                        array.dataType(),
                        new long[] {images.length, array.size(1), array.size(2)},
                        'c');
        for (int i = 0; i < images.length; i++) {
            Require.that(
                    images[i] >= 0 && images[i] < size(),
                    "number of an image",
                    images[i],
                    "0 to " + (size() - 1));
            row(rows, i).assign(row(array, images[i]));
        }
        return rows;
    }

    private static INDArray row(INDArray array, int row) {
        return array.get(NDArrayIndex.interval(row, row + 1));
    }
}
