package org.dl4jplugins.mtl.gradient;

import java.lang.reflect.Field;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.layers.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.layers.training.CenterLossOutputLayer;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Where an output layer keeps its loss function, so that a weight can be put on it. */
record LossSlot(Layer conf, Field field) {

    /**
     * @throws IllegalArgumentException if the output's loss is more than a plain loss function
     */
    static LossSlot of(TaskStructure structure, int task) {
        Object head = structure.loss(task);
        Layer conf = ((org.deeplearning4j.nn.api.Layer) head).conf().getLayer();
        Field field = lossFunction(conf.getClass());
        if (head instanceof CenterLossOutputLayer
                || head instanceof OCNNOutputLayer
                || field == null) {
            throw new IllegalArgumentException(
                    "Output \""
                            + structure.tasks().get(task)
                            + "\" cannot be weighed: the loss of a "
                            + head.getClass().getSimpleName()
                            + " is not a plain loss function. Weigh its task gradient instead"
                            + " (GradientBalancer)");
        }
        return new LossSlot(conf, field);
    }

    private static Field lossFunction(Class<?> conf) {
        for (Class<?> c = conf; c != null; c = c.getSuperclass()) {
            for (Field f : c.getDeclaredFields()) {
                if (f.getName().equals("lossFn") && f.getType() == ILossFunction.class) {
                    f.setAccessible(true);
                    return f;
                }
            }
        }
        return null;
    }

    /** Puts a weight on the plain loss. */
    void weigh(double weight) {
        if (weight != 1) {
            set(new WeightedLoss(get(), weight));
        }
    }

    /** Takes the weight off, if there is one. */
    void plain() {
        if (get() instanceof WeightedLoss weighted) {
            set(weighted.loss());
        }
    }

    private ILossFunction get() {
        try {
            return (ILossFunction) field.get(conf);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot read " + field, e);
        }
    }

    private void set(ILossFunction loss) {
        try {
            field.set(conf, loss);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot write " + field, e);
        }
    }
}
