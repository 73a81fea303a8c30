package org.dl4jplugins.core.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    /** The arrays of {@code golden/<name>.npz}; the test is skipped if there is none. */
    public static Golden load(String name) {
        File file = shared("golden/" + name + ".npz");
        try {
            return new Golden(
                    new File(file.getParentFile(), name + ".json"), Nd4j.createFromNpzFile(file));
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    /** A file or folder of ../shared; the test is skipped if it is absent. */
    public static File shared(String path) {
        File shared = new File(System.getProperty("dl4jplugins.shared", "../../shared"));
        File file = new File(shared, path);
        Assumptions.assumeTrue(file.exists(), "no reference numbers at " + file);
        return file;
    }

    /** A folder of the reference files; the test is skipped if it is absent. */
    public static Path folder(String name) {
        return shared("golden/" + name).toPath();
    }

    /** Names of all arrays. */
    public Set<String> names() {
        return arrays.keySet();
    }

    /** What the JSON file beside the arrays says. */
    public JsonNode description() {
        try {
            return new ObjectMapper().readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read " + json, e);
        }
    }

    /** Names up to the first dot, sorted. */
    public Iterable<String> cases() {
        TreeSet<String> cases = new TreeSet<>();
        arrays.keySet().forEach(key -> cases.add(key.substring(0, key.indexOf('.'))));
        return cases;
    }

    /** A copy of an array, of type DOUBLE and in 'c' order. */
    public INDArray array(String key) {
        INDArray array = arrays.get(key);
        Assertions.assertNotNull(array, key);
        return array.castTo(DataType.DOUBLE).dup('c');
    }

    /** The elements of an array in row-major order. */
    public double[] vector(String key) {
        return Nd4j.toFlattened('c', array(key)).toDoubleVector();
    }

    /** The elements of an array of two axes. */
    public double[][] matrix(String key) {
        return array(key).toDoubleMatrix();
    }

    /** Largest difference at most tolerance times the largest expected size. */
    public static void assertClose(
            double[] expected, double[] actual, double tolerance, String what) {
        Assertions.assertEquals(expected.length, actual.length, what);
        double size = 0;
        for (double e : expected) {
            size = Math.max(size, Math.abs(e));
        }
        for (int i = 0; i < expected.length; i++) {
            Assertions.assertEquals(
                    expected[i], actual[i], tolerance * size + 1e-300, what + " [" + i + "]");
        }
    }
}
