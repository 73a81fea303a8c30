package org.dl4jplugins.multimodal.vision;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A parameter and its tensor in a file.
 *
 * @param names that the tensor may have, first the one that is written
 * @param shapes that it may have, first the one that is written
 * @param parameter a view with the tensor's elements in 'c' order
 */
record ModuleTensor(List<String> names, List<long[]> shapes, INDArray parameter) {

    String name() {
        return names.get(0);
    }

    String shape() {
        return Arrays.toString(shapes.get(0));
    }

    boolean fits(long[] shape) {
        return shapes.stream().anyMatch(s -> Arrays.equals(s, shape));
    }
}
