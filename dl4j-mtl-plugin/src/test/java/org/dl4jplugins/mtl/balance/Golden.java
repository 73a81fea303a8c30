package org.dl4jplugins.mtl.balance;

import java.io.File;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reference numbers from ../shared/golden; tests skip where the folder is absent. */
final class Golden {

    private final Map<String, INDArray> arrays;

    private Golden(Map<String, INDArray> arrays) {
        this.arrays = arrays;
    }

    static Golden load(String name) {
        File shared = new File(System.getProperty("dl4jplugins.shared", "../../shared"));
        File file = new File(shared, "golden/" + name + ".npz");
        Assumptions.assumeTrue(file.isFile(), "no reference numbers at " + file);
        try {
            return new Golden(Nd4j.createFromNpzFile(file));
        } catch (Exception e) {
            throw new IllegalStateException("cannot read " + file, e);
        }
    }

    /** Names up to the first dot, sorted. */
    Iterable<String> cases() {
        TreeSet<String> cases = new TreeSet<>();
        arrays.keySet().forEach(key -> cases.add(key.substring(0, key.indexOf('.'))));
        return cases;
    }

    INDArray array(String key) {
        INDArray array = arrays.get(key);
        Assertions.assertNotNull(array, key);
        return array;
    }

    double[] vector(String key) {
        return array(key).reshape(array(key).length()).toDoubleVector();
    }

    double[][] matrix(String key) {
        return array(key).toDoubleMatrix();
    }

    /** Largest difference at most tolerance times the largest expected size. */
    static void assertClose(double[] expected, double[] actual, double tolerance, String what) {
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
