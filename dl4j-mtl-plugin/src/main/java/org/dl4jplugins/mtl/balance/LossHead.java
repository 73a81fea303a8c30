package org.dl4jplugins.mtl.balance;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.graph.vertex.impl.LayerVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** One task's output layer: its loss before the backward pass, and a weight on it during that. */
final class LossHead {

    private final String name;
    private final LayerVertex vertex;
    private final IOutputLayer layer;
    private final Supplier<ILossFunction> get;
    private final Consumer<ILossFunction> set;
    private double weight = 1;

    LossHead(GraphVertex vertex) {
        name = vertex.getVertexName();
        Layer conf = vertex.hasLayer() ? vertex.getLayer().conf().getLayer() : null;
        if (conf != null
                && (conf.getClass() == OutputLayer.class
                        || conf.getClass() == RnnOutputLayer.class)) {
            BaseOutputLayer c = (BaseOutputLayer) conf;
            get = c::getLossFn;
            set = c::setLossFn;
        } else if (conf instanceof LossLayer c) {
            get = c::getLossFn;
            set = c::setLossFn;
        } else if (conf instanceof RnnLossLayer c) {
            get = c::getLossFn;
            set = c::setLossFn;
        } else if (conf instanceof CnnLossLayer c) {
            get = c::getLossFn;
            set = c::setLossFn;
        } else if (conf instanceof Cnn3DLossLayer c) {
            get = c::getLossFn;
            set = c::setLossFn;
        } else {
            throw new IllegalArgumentException(
                    "output \""
                            + name
                            + "\" is "
                            + (conf == null ? "no layer" : "a " + conf.getClass().getSimpleName())
                            + ": its loss cannot be weighted in DL4J's own backward pass; use"
                            + " GradientBalancer");
        }
        this.vertex = (LayerVertex) vertex;
        this.layer = (IOutputLayer) vertex.getLayer();
    }

    String name() {
        return name;
    }

    double weight() {
        return weight;
    }

    /** Mean loss over the examples, without regularization; draws the head's dropout masks. */
    double loss(INDArray labels, INDArray mask) {
        LayerWorkspaceMgr manager = LayerWorkspaceMgr.noWorkspaces();
        if (!vertex.isSetLayerInput()) {
            vertex.applyPreprocessorAndSetInput(manager);
        }
        INDArray before = layer.getMaskArray();
        try {
            layer.setLabels(labels);
            layer.setMaskArray(mask);
            return layer.computeScore(0, true, manager);
        } finally {
            layer.setMaskArray(before);
        }
    }

    void weigh(double newWeight) {
        plain();
        weight = newWeight;
        if (weight != 1) {
            set.accept(new WeightedLoss(get.get(), weight));
        }
    }

    /** Takes the weight off again. */
    void plain() {
        if (get.get() instanceof WeightedLoss weighted) {
            set.accept(weighted.loss());
        }
    }
}
