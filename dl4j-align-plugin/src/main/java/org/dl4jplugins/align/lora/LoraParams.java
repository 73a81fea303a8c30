package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Lays a {@link LoraLayer}'s parameters out: the base first, then what was added. */
final class LoraParams implements ParamInitializer {
    static final LoraParams INSTANCE = new LoraParams();

    /** A parameter in the layer's view. */
    private record Slot(String key, long[] shape) {
        long length() {
            long n = 1;
            for (long size : shape) {
                n *= size;
            }
            return n;
        }
    }

    private LoraParams() {}

    @Override
    public long numParams(NeuralNetConfiguration conf) {
        return numParams(conf.getLayer());
    }

    @Override
    public long numParams(Layer layer) {
        LoraLayer lora = (LoraLayer) layer;
        return inside(lora) + added(lora).stream().mapToLong(Slot::length).sum();
    }

    /** Number of base parameters in the view. */
    private static long inside(LoraLayer layer) {
        Layer base = layer.getUnderlying();
        return layer.getPlacement() == BasePlacement.INSIDE
                ? base.initializer().numParams(base)
                : 0;
    }

    private static List<Slot> added(LoraLayer layer) {
        List<Slot> slots = new ArrayList<>();
        if (layer.getPlacement() == BasePlacement.SHARED && !layer.getTrained().isEmpty()) {
            Map<String, long[]> shapes = BaseShapes.of(layer.getUnderlying());
            layer.getTrained().forEach(key -> slots.add(new Slot(key, shapes.get(key))));
        }
        for (LoraIncrement i : layer.getIncrements()) {
            LoraMatrix m = layer.matrix(i.getMatrix());
            slots.add(new Slot(i.keyA(), new long[] {m.in(), i.getRank()}));
            slots.add(new Slot(i.keyB(), new long[] {i.getRank(), m.out()}));
            if (i.isDora()) {
                slots.add(new Slot(i.keyM(), new long[] {1, m.out()}));
            }
        }
        if (layer.isScores()) {
            for (String matrix : layer.adaptedMatrices()) {
                slots.add(new Slot(LoraLayer.scoreKey(matrix), new long[] {1, 1}));
            }
        }
        return slots;
    }

    @Override
    public Map<String, INDArray> init(
            NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
        LoraLayer layer = (LoraLayer) conf.getLayer();
        Map<String, INDArray> params = new LinkedHashMap<>();
        long inside = inside(layer);
        if (inside > 0) {
            params.putAll(
                    layer.getUnderlying()
                            .initializer()
                            .init(inner(conf), interval(paramsView, 0, inside), initializeParams));
        }
        params.putAll(views(added(layer), paramsView, inside));
        if (initializeParams) {
            initialize(layer, params);
        }
        conf.clearVariables();
        params.keySet().forEach(conf::addVariable);
        return params;
    }

    private static void initialize(LoraLayer layer, Map<String, INDArray> params) {
        for (LoraIncrement i : layer.getIncrements()) {
            layer.getKind()
                    .initialize(
                            i,
                            params.get(i.keyA()),
                            params.get(i.keyB()),
                            Factors.seed(i, layer.getLayerName()));
            if (i.isDora() && params.containsKey(i.getMatrix())) {
                Dora.reset(layer, i, params.get(i.getMatrix()), params);
            }
        }
        if (layer.isScores()) {
            for (String matrix : layer.adaptedMatrices()) {
                params.get(LoraLayer.scoreKey(matrix)).assign(layer.getInitialScore());
            }
        }
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
            NeuralNetConfiguration conf, INDArray gradientView) {
        LoraLayer layer = (LoraLayer) conf.getLayer();
        Map<String, INDArray> gradients = new LinkedHashMap<>();
        long inside = inside(layer);
        if (inside > 0 && !layer.getTrained().isEmpty()) {
            gradients.putAll(
                    BaseKeys.gradients(
                            layer.getUnderlying(), inner(conf), interval(gradientView, 0, inside)));
        }
        gradients.putAll(views(added(layer), gradientView, inside));
        gradients.keySet().removeIf(key -> !layer.isTrainable(key));
        return gradients;
    }

    private static Map<String, INDArray> views(List<Slot> slots, INDArray flat, long from) {
        Map<String, INDArray> views = new LinkedHashMap<>();
        for (Slot slot : slots) {
            long to = from + slot.length();
            views.put(slot.key(), interval(flat, from, to).reshape('f', slot.shape()));
            from = to;
        }
        return views;
    }

    private static INDArray interval(INDArray flat, long from, long to) {
        return flat.reshape(new long[] {flat.length()}).get(NDArrayIndex.interval(from, to));
    }

    /** The network's settings with the wrapped layer in place of the wrapper. */
    static NeuralNetConfiguration inner(NeuralNetConfiguration conf) {
        LoraLayer layer = (LoraLayer) conf.getLayer();
        NeuralNetConfiguration inner = conf.clone();
        inner.setLayer(layer.getUnderlying());
        inner.clearVariables();
        return inner;
    }

    @Override
    public List<String> paramKeys(Layer layer) {
        List<String> keys = new ArrayList<>();
        LoraLayer lora = (LoraLayer) layer;
        if (lora.getPlacement() == BasePlacement.INSIDE) {
            keys.addAll(lora.getUnderlying().initializer().paramKeys(lora.getUnderlying()));
        }
        added(lora).forEach(slot -> keys.add(slot.key()));
        return keys;
    }

    @Override
    public List<String> weightKeys(Layer layer) {
        return paramKeys(layer).stream().filter(key -> isWeightParam(layer, key)).toList();
    }

    @Override
    public List<String> biasKeys(Layer layer) {
        return paramKeys(layer).stream().filter(key -> isBiasParam(layer, key)).toList();
    }

    @Override
    public boolean isWeightParam(Layer layer, String key) {
        return !isBiasParam(layer, key);
    }

    @Override
    public boolean isBiasParam(Layer layer, String key) {
        Layer base = ((LoraLayer) layer).getUnderlying();
        return BaseKeys.biases(base).contains(key);
    }
}
