package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What an updater keeps for each parameter. DL4J orders it by blocks of consecutive parameters with
 * equal updaters; in a block, the first state value of all parameters (Adam's m) comes before the
 * second (v).
 */
final class UpdaterStates {
    private UpdaterStates() {}

    /** Copies the state of parameters that learn in both networks, with the same updater. */
    static void copy(Host<?> from, Host<?> to) {
        BaseMultiLayerUpdater<?> source = from.updater(false);
        if (source == null || source.getStateViewArray() == null) {
            return;
        }
        Map<String, List<INDArray>> old = of(source);
        of(to.updater(true))
                .forEach(
                        (key, states) -> {
                            List<INDArray> values = old.getOrDefault(key, List.of());
                            for (int i = 0; i < values.size(); i++) {
                                states.get(i).assign(values.get(i));
                            }
                        });
    }

    /**
     * Forgets the state of some parameters: without gradient, momentum does not move them then.
     *
     * @param chosen of layer.key
     */
    static void clear(Host<?> host, Predicate<String> chosen) {
        BaseMultiLayerUpdater<?> updater = host.updater(false);
        if (updater != null && updater.getStateViewArray() != null) {
            of(updater)
                    .forEach(
                            (key, states) -> {
                                if (chosen.test(key.substring(0, key.indexOf('\n')))) {
                                    states.forEach(state -> state.assign(0));
                                }
                            });
        }
    }

    /** Views of the state by "layer.key\nupdater". */
    private static Map<String, List<INDArray>> of(BaseMultiLayerUpdater<?> updater) {
        Map<String, List<INDArray>> states = new HashMap<>();
        INDArray state = updater.getStateViewArray();
        if (state == null) {
            return states;
        }
        INDArray all = state.reshape(new long[] {state.length()});
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            long start = block.getUpdaterViewOffsetStart();
            long end = block.getUpdaterViewOffsetEnd();
            long size = block.getParamOffsetEnd() - block.getParamOffsetStart();
            for (UpdaterBlock.ParamState p : block.getLayersAndVariablesInBlock()) {
                long offset = p.getParamOffsetStart() - block.getParamOffsetStart();
                long length = p.getParamOffsetEnd() - p.getParamOffsetStart();
                List<INDArray> views = new ArrayList<>();
                for (long at = start + offset; at < end; at += size) {
                    views.add(all.get(NDArrayIndex.interval(at, at + length)));
                }
                if (!views.isEmpty()) {
                    states.put(key(p), views);
                }
            }
        }
        return states;
    }

    private static String key(UpdaterBlock.ParamState p) {
        String updater =
                p.getLayer().getConfig().getUpdaterByParam(p.getParamName()).getClass().getName();
        return p.getLayer().getConfig().getLayerName() + "." + p.getParamName() + '\n' + updater;
    }
}
