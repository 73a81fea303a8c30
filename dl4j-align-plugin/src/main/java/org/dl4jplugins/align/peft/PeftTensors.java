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
                boolean several = lora.getTrained().size() > 1;
                String module = several ? name + "." + key : name;
                put(PeftNames.bias(module, adapted), vector(layer.getParam(key)));
            }
        } else if (layer.paramTable() != null) {
            org.deeplearning4j.nn.conf.layers.Layer base = layer.conf().getLayer();
            layer.paramTable()
                    .forEach(
                            (key, value) ->
                                    put(PeftNames.saved(name, key), saved(base, key, value)));
        }
    }

    private void add(String name, Layer layer, LoraLayer conf, LoraIncrement increment) {
        String module = PeftNames.module(name, conf, increment);
        INDArray a = layer.getParam(increment.keyA()).transpose();
        INDArray b = layer.getParam(increment.keyB()).transpose();
        put(PeftNames.a(module, conf), a(conf, a));
        put(PeftNames.b(module, conf), new PeftTensor(b, shapeB(conf, b)));
        if (increment.isDora()) {
            INDArray m = layer.getParam(increment.keyM());
            put(PeftNames.magnitude(module), magnitude(conf, m));
        }
    }

    private static PeftTensor a(LoraLayer conf, INDArray a) {
        if (!(conf.getUnderlying() instanceof ConvolutionLayer convolution)) {
            return new PeftTensor(a, a.shape());
        }
        long[] kernel = kernel(convolution);
        long in = convolution.getNIn();
        long rank = a.size(0);
        if (kernel.length == 1) { // time before channels, see Convolution1DKind
            INDArray view = a.reshape('c', rank, kernel[0], in).permute(0, 2, 1);
            return new PeftTensor(view, view.shape());
        }
        return new PeftTensor(a, new long[] {rank, in, kernel[0], kernel[1]});
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

    /** One value per output, for convolutions [1, out, 1, 1] or [1, out, 1]. */
    private static PeftTensor magnitude(LoraLayer conf, INDArray m) {
        if (!(conf.getUnderlying() instanceof ConvolutionLayer convolution)) {
            return vector(m);
        }
        long[] shape = new long[2 + kernel(convolution).length];
        Arrays.fill(shape, 1);
        shape[1] = m.length();
        return new PeftTensor(m, shape);
    }

    private static long[] kernel(ConvolutionLayer convolution) {
        boolean line = convolution instanceof Convolution1DLayer;
        int[] kernel = convolution.getKernelSize();
        return line ? new long[] {kernel[0]} : new long[] {kernel[0], kernel[1]};
    }

    /** Matrices are stored the other way round by PyTorch, except tables; vectors have one axis. */
    private static PeftTensor saved(
            org.deeplearning4j.nn.conf.layers.Layer base, String key, INDArray value) {
        boolean weight = key.equals(DefaultParamInitializer.WEIGHT_KEY);
        if (weight && base instanceof Convolution1DLayer line) { // see Convolution1DKind
            INDArray view = value.reshape('c', kernel(line)[0], line.getNIn(), line.getNOut());
            return new PeftTensor(view.permute(2, 1, 0), view.permute(2, 1, 0).shape());
        }
        if (value.rank() != 2 || weight && PeftNames.embedding(base)) {
            return new PeftTensor(value, value.shape());
        }
        return weight
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
