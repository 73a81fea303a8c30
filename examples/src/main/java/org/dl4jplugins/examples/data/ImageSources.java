package org.dl4jplugins.examples.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dl4jplugins.mtl.data.IdxArray;
import org.dl4jplugins.mtl.data.LabeledImages;

/**
 * MNIST and Fashion-MNIST, training and test pictures of 28 x 28 pixels in 10 classes: either a
 * subset that is part of this jar or the whole.
 *
 * @param mnistTrain training pictures of MNIST
 * @param mnistTest test pictures of MNIST
 * @param fashionTrain training pictures of Fashion-MNIST
 * @param fashionTest test pictures of Fashion-MNIST
 */
public record ImageSources(
        LabeledImages mnistTrain,
        LabeledImages mnistTest,
        LabeledImages fashionTrain,
        LabeledImages fashionTest) {

    /** Folder of MNIST below a data folder, and below this package's resources. */
    static final String MNIST = "mnist";

    /** Folder of Fashion-MNIST below a data folder, and below this package's resources. */
    static final String FASHION = "fashion-mnist";

    /** Start of the names of the training files. */
    static final String TRAIN = "train";

    /** Start of the names of the test files. */
    static final String TEST = "t10k";

    /**
     * The subset in this jar: of each set 5,000 training and 1,000 test pictures, equally many of
     * each class. Origin and licenses are in the resource {@code NOTICE} beside them.
     *
     * @throws IOException if the jar is damaged
     */
    public static ImageSources embedded() throws IOException {
        return new ImageSources(
                embedded(MNIST, TRAIN),
                embedded(MNIST, TEST),
                embedded(FASHION, TRAIN),
                embedded(FASHION, TEST));
    }

    /**
     * The training pictures alone, a fifth of them held out in place of the test pictures: what a
     * search may look at.
     *
     * @param seed equal seeds hold out the same pictures
     */
    public ImageSources validation(long seed) {
        LabeledImages.Split mnist = mnistTrain.split(0.8, seed);
        LabeledImages.Split fashion = fashionTrain.split(0.8, seed);
        return new ImageSources(mnist.first(), mnist.second(), fashion.first(), fashion.second());
    }

    /**
     * Either of the two.
     *
     * @param folder as for {@link #read}; null for the subset in this jar
     * @throws IOException if a file is missing or damaged
     */
    public static ImageSources of(Path folder) throws IOException {
        return folder == null ? embedded() : read(folder);
    }

    private static LabeledImages embedded(String set, String part) throws IOException {
        return new LabeledImages(
                resource(set + "/" + part + "-images-idx3-ubyte.gz"),
                resource(set + "/" + part + "-labels-idx1-ubyte.gz"));
    }

    private static IdxArray resource(String name) throws IOException {
        try (InputStream in = ImageSources.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("Resource " + name + " is missing");
            }
            return IdxArray.read(in, "resource " + name);
        }
    }

    /**
     * The whole sets from a folder as {@code fetch-data.sh} makes it: {@code mnist} and {@code
     * fashion-mnist}, each with the four IDX files {@code {train,t10k}-images-idx3-ubyte} and
     * {@code {train,t10k}-labels-idx1-ubyte}, with or without {@code .gz}.
     *
     * @throws IOException if a file is missing or damaged
     */
    public static ImageSources read(Path folder) throws IOException {
        for (String set : new String[] {MNIST, FASHION}) {
            if (!Files.isDirectory(folder.resolve(set))) {
                throw new IOException(
                        "No folder "
                                + folder.resolve(set)
                                + ": make one with examples/fetch-data.sh "
                                + folder);
            }
        }
        return new ImageSources(
                LabeledImages.read(folder.resolve(MNIST), TRAIN),
                LabeledImages.read(folder.resolve(MNIST), TEST),
                LabeledImages.read(folder.resolve(FASHION), TRAIN),
                LabeledImages.read(folder.resolve(FASHION), TEST));
    }
}
