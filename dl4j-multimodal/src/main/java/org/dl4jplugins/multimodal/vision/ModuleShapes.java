package org.dl4jplugins.multimodal.vision;

import java.util.List;
import java.util.Set;

/** Shapes that tensors of published checkpoints have. */
final class ModuleShapes {
    /** Parameters of a model itself, without {@code .weight}. */
    private static final Set<String> BARE =
            Set.of("logit_scale", "vision_model.embeddings.class_embedding");

    private ModuleShapes() {}

    static boolean isBare(String module) {
        return BARE.contains(module);
    }

    /** A dense layer; some are written as convolutions. */
    static List<long[]> of(String module, long out, long in) {
        long[] matrix = {out, in};
        if (module.contains(".mid.attn_1.")) {
            return List.of(new long[] {out, in, 1, 1}, matrix);
        }
        if (module.equals("vision_model.embeddings.patch_embedding")) {
            long side = Math.round(Math.sqrt(in / 3.0));
            return List.of(new long[] {out, 3, side, side});
        }
        return List.of(matrix);
    }

    /** Anything but dense layers and convolutions: vectors have one axis in files. */
    static List<long[]> of(String module, long[] shape, long length) {
        if (module.equals("logit_scale")) {
            return List.of(new long[] {}, new long[] {1});
        }
        boolean vector = shape.length < 2 || shape[0] == 1;
        return List.of(vector ? new long[] {length} : shape);
    }
}
