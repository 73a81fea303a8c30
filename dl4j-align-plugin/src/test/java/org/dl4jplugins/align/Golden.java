package org.dl4jplugins.align;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Reference numbers from ../shared/golden; tests skip where the folder is absent. */
public final class Golden {

    private final File json;
    private final Map<String, INDArray> arrays;

    private Golden(File json, Map<String, INDArray> arrays) {
        this.json = json;
        this.arrays = arrays;
    }

    private static File root() {
        return new File(System.getProperty("dl4jplugins.shared", "../../shared"), "golden");
    }

    /**
     * Reads a fixture; the calling test is skipped if it is not there.
     *
     * @param name without the suffix
     * @return its arrays
     */
    public static Golden open(String name) {
        File file = new File(root(), name + ".npz");
        Assumptions.assumeTrue(file.isFile(), "no reference numbers at " + file);
        try {
            return new Golden(new File(root(), name + ".json"), Nd4j.createFromNpzFile(file));
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    /**
     * A folder of the fixtures; the calling test is skipped if it is not there.
     *
     * @param name of the folder
     * @return its path
     */
    public static Path folder(String name) {
        Path folder = root().toPath().resolve(name);
        Assumptions.assumeTrue(Files.isDirectory(folder), "no reference files at " + folder);
        return folder;
    }

    /**
     * A folder beside the fixtures; the calling test is skipped if it is not there.
     *
     * @param name of the folder in ../shared
     * @return its path
     */
    public static Path shared(String name) {
        Path folder = root().toPath().resolveSibling(name);
        Assumptions.assumeTrue(Files.isDirectory(folder), "no such files at " + folder);
        return folder;
    }

    /**
     * An array.
     *
     * @param name in the fixture
     * @return a copy of type DOUBLE
     */
    public INDArray array(String name) {
        INDArray array = arrays.get(name);
        Assertions.assertNotNull(array, name);
        return array.castTo(DataType.DOUBLE).dup('c');
    }

    /**
     * An array as one vector in 'c' order.
     *
     * @param name in the fixture
     * @return its values
     */
    public double[] vector(String name) {
        INDArray array = array(name);
        return array.reshape('c', new long[] {array.length()}).toDoubleVector();
    }

    /** {@return the names of all arrays} */
    public Set<String> names() {
        return arrays.keySet();
    }

    /** {@return what the fixture's JSON file says} */
    public JsonNode description() {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + json, e);
        }
    }
}
