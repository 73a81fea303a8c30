package org.dl4jplugins.mtl.gradient;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.dropout.SpatialDropout;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.core.accel.RepeatableBackward;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What layers remember from the forward pass and lose in their backward pass: batch norm's caches,
 * dropout masks, noisy weights, output masks, also of layers inside wrappers. It is found by
 * reflection, because DL4J 1.0.0-M2.1 gives no access to it: every array field is remembered by
 * reference, and those whose content a backward pass overwrites are copied.
 */
final class ForwardState {

    private record Slot(Object owner, Field field, Object value, INDArray copy) {}

    private record Noise(Map<String, INDArray> map, Map<String, INDArray> content) {}

    private static final Set<Class<?>> READ_ONLY_MASKS =
            Set.of(Dropout.class, GaussianDropout.class, SpatialDropout.class);

    private final List<Slot> slots = new ArrayList<>();
    private final List<Noise> noises = new ArrayList<>();

    private ForwardState() {}

    /** Finds the fields once per class. */
    static final class Fields {

        private final Map<Class<?>, List<Field>> known = new HashMap<>();

        private List<Field> of(Class<?> type) {
            return known.computeIfAbsent(type, Fields::find);
        }

        private static List<Field> find(Class<?> type) {
            List<Field> fields = new ArrayList<>();
            for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
                for (Field f : c.getDeclaredFields()) {
                    boolean holds =
                            f.getType() == INDArray.class
                                    || Layer.class.isAssignableFrom(f.getType())
                                    || f.getName().equals("weightNoiseParams");
                    if (holds && !Modifier.isStatic(f.getModifiers())) {
                        f.setAccessible(true);
                        fields.add(f);
                    }
                }
            }
            return fields;
        }
    }

    /**
     * Remembers the present state.
     *
     * @param copy where to copy what a backward pass overwrites; null to remember references only
     */
    static ForwardState capture(GraphVertex[] vertices, Fields fields, LayerWorkspaceMgr copy) {
        ForwardState state = new ForwardState();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (GraphVertex v : vertices) {
            if (v.hasLayer()) {
                state.layer(v.getLayer(), fields, copy, seen);
            } else {
                state.object(v, fields, copy, seen);
            }
        }
        return state;
    }

    private void layer(Layer layer, Fields fields, LayerWorkspaceMgr copy, Set<Object> seen) {
        object(layer, fields, copy, seen);
        if (layer.conf() != null && layer.conf().getLayer() != null) {
            IDropout dropout = layer.conf().getLayer().getIDropout();
            if (dropout != null) {
                object(dropout, fields, copy, seen);
            }
        }
    }

    private void object(Object o, Fields fields, LayerWorkspaceMgr copy, Set<Object> seen) {
        if (!seen.add(o)) {
            return;
        }
        for (Field f : fields.of(o.getClass())) {
            Object value = get(f, o);
            if (value instanceof Layer inner) {
                layer(inner, fields, copy, seen);
            } else if (f.getType() == INDArray.class) {
                boolean keep = copy != null && value != null && overwritten(o, f);
                INDArray pristine = keep ? copy.dup(ArrayType.INPUT, (INDArray) value) : null;
                slots.add(new Slot(o, f, value, pristine));
            } else if (value instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked")
                Map<String, INDArray> noisy = (Map<String, INDArray>) map;
                noises.add(new Noise(noisy, new HashMap<>(noisy)));
            }
        }
    }

    private static boolean overwritten(Object owner, Field field) {
        if (owner instanceof RepeatableBackward) {
            return false;
        }
        return owner instanceof BatchNormalization && field.getName().equals("xMu")
                // Kept with CacheMode other than NONE; activation functions work on it in place.
                || field.getName().equals("preOutput")
                || owner instanceof IDropout && !READ_ONLY_MASKS.contains(owner.getClass());
    }

    /** Puts everything back as it was when captured. */
    void restore() {
        for (Slot s : slots) {
            if (get(s.field, s.owner) != s.value) {
                set(s.field, s.owner, s.value);
            }
            if (s.copy != null) {
                ((INDArray) s.value).assign(s.copy);
            }
        }
        for (Noise n : noises) {
            n.map.clear();
            n.map.putAll(n.content);
        }
    }

    private static Object get(Field f, Object owner) {
        try {
            return f.get(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot read " + f, e);
        }
    }

    private static void set(Field f, Object owner, Object value) {
        try {
            f.set(owner, value);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Cannot restore " + f, e);
        }
    }
}
