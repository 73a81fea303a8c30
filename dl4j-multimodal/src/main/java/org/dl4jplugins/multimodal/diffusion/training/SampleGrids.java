package org.dl4jplugins.multimodal.diffusion.training;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Supplier;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.multimodal.data.ImageGrid;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes pictures of a model in training, one file for each milestone: {@code samples-0001000.png}.
 *
 * @param folder where the files go, made if missing
 * @param samples draws pictures [batch, channel, height, width] in [-1, 1], usually from the same
 *     noise each time
 */
public record SampleGrids(Path folder, Supplier<INDArray> samples) implements Milestone {

    /**
     * Checks that both are given.
     *
     * @throws NullPointerException naming what is missing
     */
    public SampleGrids {
        Objects.requireNonNull(folder, "folder");
        Objects.requireNonNull(samples, "samples");
    }

    @Override
    public void reached(long step) throws IOException {
        ImageGrid grid = new ImageGrid.Builder("samples at step " + step, samples.get()).build();
        AtomicFiles.write(folder.resolve(String.format("samples-%07d.png", step)), grid.png());
    }
}
