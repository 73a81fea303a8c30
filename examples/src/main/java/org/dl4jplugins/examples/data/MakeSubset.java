package org.dl4jplugins.examples.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.dl4jplugins.core.io.AtomicFiles;
import org.dl4jplugins.mtl.data.IdxArray;
import org.dl4jplugins.mtl.data.LabeledImages;

/**
 * Makes the embedded subset from the whole sets: the first pictures of every class in the order of
 * the files, 500 of each for training and 100 for test. The same input gives the same pictures.
 *
 * <p>Arguments: the folder that {@code fetch-data.sh} made, then the folder to write, {@code
 * examples/src/main/resources/org/dl4jplugins/examples/data}.
 */
public final class MakeSubset {

    private static final int TRAIN_PICTURES = 5000;
    private static final int TEST_PICTURES = 1000;

    private MakeSubset() {}

    /**
     * Reads the whole sets and writes the subset.
     *
     * @param arguments input folder, output folder
     * @throws IOException if a file is missing or damaged, or cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException("Usage: MakeSubset <input folder> <output folder>");
        }
        write(ImageSources.read(Path.of(arguments[0])), Path.of(arguments[1]));
    }

    /** Writes the subset of {@code sources} below {@code folder}. */
    static void write(ImageSources sources, Path folder) throws IOException {
        Path mnist = folder.resolve(ImageSources.MNIST);
        Path fashion = folder.resolve(ImageSources.FASHION);
        write(sources.mnistTrain().balanced(TRAIN_PICTURES), mnist, ImageSources.TRAIN);
        write(sources.mnistTest().balanced(TEST_PICTURES), mnist, ImageSources.TEST);
        write(sources.fashionTrain().balanced(TRAIN_PICTURES), fashion, ImageSources.TRAIN);
        write(sources.fashionTest().balanced(TEST_PICTURES), fashion, ImageSources.TEST);
    }

    private static void write(LabeledImages pictures, Path folder, String prefix)
            throws IOException {
        write(pictures.toImages(), folder.resolve(prefix + "-images-idx3-ubyte.gz"));
        write(pictures.toLabels(), folder.resolve(prefix + "-labels-idx1-ubyte.gz"));
    }

    private static void write(IdxArray array, Path file) throws IOException {
        AtomicFiles.write(
                file,
                out -> {
                    try (SmallestGzip gzip = new SmallestGzip(out)) {
                        array.write(gzip);
                    }
                });
    }

    private static final class SmallestGzip extends GZIPOutputStream {
        SmallestGzip(java.io.OutputStream out) throws IOException {
            super(out);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}
