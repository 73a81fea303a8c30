package org.dl4jplugins.align.peft;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.dl4jplugins.align.lora.LoraIncrement;
import org.dl4jplugins.align.lora.LoraLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The parameters of one adapter under PEFT's names and in PEFT's layout, as views: writing to one
 * changes the graph.
 *
 * <p>A is [rank, in] there, B [out, rank]; for convolutions [rank, in, height, width] and [out,
 * rank, 1, 1] (one axis less in one dimension); for embeddings [rank, vocabulary] and [width,
 * rank].
 */
final class PeftTensors {
    private final String adapter;
    private final Map<String, PeftTensor> tensors = new LinkedHashMap<>();

    private PeftTensors(String adapter) {
        this.adapter = adapter;
    }

    /** A parameter and the shape that PEFT gives it. */
    record PeftTensor(INDArray view, long[] shape) {
        /** The values in PEFT's shape. */
        INDArray export() {
            return view.dup('c').reshape('c', shape);
        }

        /** Takes values in PEFT's shape. */
        void take(INDArray values) {
            view.assign(values.reshape('c', view.shape()));
        }
    }

    static Map<String, PeftTensor> of(ComputationGraph graph, String adapter) {
        PeftTensors result = new PeftTensors(adapter);
        for (Layer layer : graph.getLayers()) {
            result.add(layer);
        }
        return result.tensors;
    }

    private void add(Layer layer) {
        String name = layer.conf().getLayer().getLayerName();
        if (layer.conf().getLayer() instanceof LoraLayer lora) {
            boolean adapted = false;
            for (LoraIncrement increment : lora.getIncrements()) {
                if (increment.getAdapter().equals(adapter)) {
                    add(name, layer, lora, increment);
                    adapted = true;
                }
            }
            for (String key : lora.getTrained()) {
                put(PeftNames.bias(name, adapted), vector(layer.getParam(key)));
            }
        } else if (layer.paramTable() != null) {
            layer.paramTable()
                    .forEach((key, value) -> put(PeftNames.saved(name, key), saved(key, value)));
        }
    }

    private void add(String name, Layer layer, LoraLayer conf, LoraIncrement increment) {
        String module = PeftNames.module(name, conf, increment);
        INDArray a = layer.getParam(increment.keyA()).transpose();
        INDArray b = layer.getParam(increment.keyB()).transpose();
        put(PeftNames.a(module, conf), new PeftTensor(a, shapeA(conf, a)));
        put(PeftNames.b(module, conf), new PeftTensor(b, shapeB(conf, b)));
        if (increment.isDora()) {
            put(PeftNames.magnitude(module), vector(layer.getParam(increment.keyM())));
        }
    }

    private static long[] shapeA(LoraLayer conf, INDArray a) {
        if (!(conf.getUnderlying() instanceof ConvolutionLayer convolution)) {
            return a.shape();
        }
        int[] kernel = kernel(convolution);
        long[] shape = new long[2 + kernel.length];
        shape[0] = a.size(0);
        shape[1] = convolution.getNIn();
        for (int k = 0; k < kernel.length; k++) {
            shape[2 + k] = kernel[k];
        }
        return shape;
    }

    private static long[] shapeB(LoraLayer conf, INDArray b) {
        if (!(conf.getUnderlying() instanceof ConvolutionLayer convolution)) {
            return b.shape();
        }
        long[] shape = new long[2 + kernel(convolution).length];
        Arrays.fill(shape, 1);
        shape[0] = b.size(0);
        shape[1] = b.size(1);
        return shape;
    }

    private static int[] kernel(ConvolutionLayer convolution) {
        boolean line = convolution instanceof Convolution1DLayer;
        int[] kernel = convolution.getKernelSize();
        return line ? new int[] {kernel[0]} : kernel;
    }

    /** Matrices are stored the other way round by PyTorch, except tables; vectors have one axis. */
    private static PeftTensor saved(String key, INDArray value) {
        if (value.rank() != 2) {
            return new PeftTensor(value, value.shape());
        }
        boolean matrix = key.equals(DefaultParamInitializer.WEIGHT_KEY);
        return matrix
                ? new PeftTensor(value.transpose(), new long[] {value.size(1), value.size(0)})
                : vector(value);
    }

    private static PeftTensor vector(INDArray value) {
        return new PeftTensor(value, new long[] {value.length()});
    }

    private void put(String name, PeftTensor tensor) {
        tensors.put(name, tensor);
    }
}
