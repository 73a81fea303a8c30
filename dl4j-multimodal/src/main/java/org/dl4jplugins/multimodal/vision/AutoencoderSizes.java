package org.dl4jplugins.multimodal.vision;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** Parameters of autoencoders: how many, and what checkpoints call them. */
final class AutoencoderSizes {
    private static final Pattern LEVEL =
            Pattern.compile("(encoder|decoder)\\.(down|up)\\.(\\d+)\\.(.*)");

    private AutoencoderSizes() {}

    /** Counted, not allocated. */
    static long parameters(ComputationGraphConfiguration configuration) {
        return configuration.getVertices().values().stream()
                .mapToLong(vertex -> vertex.numParams(true))
                .sum();
    }

    static ModuleTensors tensors(ComputationGraph graph) {
        long sizes =
                graph.getConfiguration().getVertices().keySet().stream()
                        .filter(name -> name.matches("encoder\\.down\\.\\d+\\.block\\.0"))
                        .count();
        return new ModuleTensors(
                graph,
                "Stable Diffusion autoencoder",
                "encoder.conv_in.weight",
                name -> diffusers(name, (int) sizes));
    }

    /** Diffusers' names of a module, the present ones first. */
    static List<String> diffusers(String name, int sizes) {
        Matcher level = LEVEL.matcher(name);
        if (level.matches()) {
            int size = Integer.parseInt(level.group(3));
            boolean up = level.group(2).equals("up");
            String rest =
                    level.group(4)
                            .replace("block.", "resnets.")
                            .replace("nin_shortcut", "conv_shortcut")
                            .replace("downsample.", "downsamplers.0.")
                            .replace("upsample.", "upsamplers.0.");
            int number = up ? sizes - 1 - size : size;
            return List.of(
                    level.group(1) + (up ? ".up_blocks." : ".down_blocks.") + number + "." + rest);
        }
        String other =
                name.replace(".mid.block_1.", ".mid_block.resnets.0.")
                        .replace(".mid.block_2.", ".mid_block.resnets.1.")
                        .replace(".mid.attn_1.", ".mid_block.attentions.0.")
                        .replace(".norm_out", ".conv_norm_out");
        if (!other.contains(".attentions.")) {
            return List.of(other);
        }
        List<String> names = new ArrayList<>();
        names.add(
                other.replace(".norm", ".group_norm")
                        .replaceFirst("\\.([qkv])$", ".to_$1")
                        .replace(".proj_out", ".to_out.0"));
        names.add(
                other.replaceFirst("\\.q$", ".query")
                        .replaceFirst("\\.k$", ".key")
                        .replaceFirst("\\.v$", ".value")
                        .replace(".norm", ".group_norm")
                        .replace(".proj_out", ".proj_attn"));
        return names;
    }
}
