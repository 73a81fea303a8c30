package org.dl4jplugins.align.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.exception.DL4JInvalidConfigException;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.SequencePooling.Mode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SequencePoolingTest {
    private static final INDArray X =
            Nd4j.createFromArray(1.0, 10, 2, 20, 4, 40, 3, 30, 5, 50, 8, 80).reshape(2, 3, 2);

    private static ComputationGraph net(Mode mode) {
        return Tiny.init(
                Tiny.graph(DataType.DOUBLE)
                        .addLayer("pool", new SequencePooling.Builder().mode(mode).build(), "ids")
                        .setOutputs("pool")
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "MEAN, 2.3333333333333335, 5.333333333333333, 1.5, 6.5",
        "FIRST, 1, 3, 1, 5",
        "LAST, 4, 8, 2, 8"
    })
    void closedForm(Mode mode, double first, double second, double masked1, double masked2) {
        ComputationGraph net = net(mode);
        assertClose(first, second, net.outputSingle(X));
        INDArray mask = Nd4j.create(new double[][] {{1, 1, 0}, {0, 1, 1}});
        assertClose(
                masked1, masked2, net.output(false, new INDArray[] {X}, new INDArray[] {mask})[0]);
        assertClose(first, second, net.outputSingle(X));
    }

    private static void assertClose(double first, double second, INDArray out) {
        INDArray expected =
                Nd4j.create(new double[][] {{first, 10 * first}, {second, 10 * second}});
        assertTrue(expected.equalsWithEps(out, 1e-12), out.toString());
    }

    @Test
    void refusesSequencesWithoutTokens() {
        INDArray mask = Nd4j.create(new double[][] {{1, 1, 0}, {0, 0, 0}});
        String message =
                assertThrows(
                                DL4JInvalidInputException.class,
                                () ->
                                        net(Mode.MEAN)
                                                .output(
                                                        false,
                                                        new INDArray[] {X},
                                                        new INDArray[] {mask}))
                        .getMessage();
        assertTrue(message.contains("\"pool\": sequence 1"), message);
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> new SequencePooling.Builder().mode(null).build());
        InputType width = InputType.recurrent(4, 9, RNNFormat.NWC);
        SequencePooling pooling = new SequencePooling.Builder().build();
        assertEquals(InputType.feedForward(4), pooling.getOutputType(0, width));
        assertThrows(
                DL4JInvalidConfigException.class,
                () -> pooling.getOutputType(0, InputType.recurrent(4, 9)));
    }
}
