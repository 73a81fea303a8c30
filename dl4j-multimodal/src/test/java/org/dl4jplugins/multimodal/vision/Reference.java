package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.testing.Golden;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** PyTorch's numbers of golden.py. */
final class Reference {
    private Reference() {}

    static Path file(String name) {
        try {
            return Path.of(Reference.class.getResource("/vision/" + name + ".safetensors").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static Map<String, INDArray> tensors(Path file) throws IOException {
        Map<String, INDArray> all = new LinkedHashMap<>();
        try (SafeTensors tensors = SafeTensors.open(file)) {
            for (String name : tensors.names()) {
                all.put(name, tensors.read(name, DataType.DOUBLE));
            }
        }
        return all;
    }

    static void assertClose(INDArray expected, INDArray actual, double tolerance, String what) {
        Golden.assertClose(vector(expected), vector(actual), tolerance, what);
    }

    /** Each tensor's gradient, against the largest of all, since some are zero but for rounding. */
    static void assertGradients(
            Map<String, INDArray> expected, Map<String, INDArray> actual, double tolerance) {
        List<String> names =
                expected.keySet().stream().filter(name -> name.startsWith("grad.")).toList();
        Golden.assertClose(
                vector(names.stream().map(expected::get).toList()),
                vector(names.stream().map(name -> actual.get(name.substring(5))).toList()),
                tolerance,
                "gradients");
    }

    private static double[] vector(INDArray array) {
        return Nd4j.toFlattened('c', array.castTo(DataType.DOUBLE)).toDoubleVector();
    }

    private static double[] vector(List<INDArray> arrays) {
        return arrays.stream().map(Reference::vector).flatMapToDouble(Arrays::stream).toArray();
    }
}
