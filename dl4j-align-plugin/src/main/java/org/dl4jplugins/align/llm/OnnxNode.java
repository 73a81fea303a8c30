package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.List;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * A {@code NodeProto} of an ONNX graph.
 *
 * @param operator such as {@code MatMul}
 * @param inputs names of its inputs
 * @param outputs names of its outputs
 * @param transposesB Gemm's attribute {@code transB}
 */
record OnnxNode(String operator, List<String> inputs, List<String> outputs, boolean transposesB) {

    static OnnxNode read(ProtoReader message) throws MalformedFileException {
        String operator = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        boolean transposesB = false;
        while (message.next()) {
            switch (message.field()) {
                case 1 -> inputs.add(message.text());
                case 2 -> outputs.add(message.text());
                case 4 -> operator = message.text();
                case 5 -> transposesB |= isTransposeB(message.message());
                default -> {}
            }
        }
        return new OnnxNode(operator, inputs, outputs, transposesB);
    }

    private static boolean isTransposeB(ProtoReader attribute) throws MalformedFileException {
        String name = "";
        long value = 0;
        while (attribute.next()) {
            switch (attribute.field()) {
                case 1 -> name = attribute.text();
                case 3 -> value = attribute.number();
                default -> {}
            }
        }
        return name.equals("transB") && value != 0;
    }
}
