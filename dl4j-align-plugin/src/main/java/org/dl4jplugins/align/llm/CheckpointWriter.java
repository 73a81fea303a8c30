package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Writes the tensors of a checkpoint as Hugging Face's library does: one file, or shards of a
 * greatest size and an index. What a former save left in the folder and is not part of the new one
 * is removed at the end, as it would be read in place of it or beside it.
 */
final class CheckpointWriter {
    private final Map<String, String> metadata;
    private final List<Tensor> tensors = new ArrayList<>();

    CheckpointWriter(Map<String, String> metadata) {
        this.metadata = metadata;
    }

    private record Tensor(String name, INDArray values, TensorType type) {
        long bytes() {
            return values.length() * type.width();
        }
    }

    void add(String name, INDArray values, TensorType type) {
        tensors.add(new Tensor(name, values, type));
    }

    void write(Path folder, long maxShardBytes) throws IOException {
        Files.createDirectories(folder);
        List<List<Tensor>> shards = shards(maxShardBytes);
        Set<String> written = new TreeSet<>();
        if (shards.size() == 1) {
            writeFile(folder.resolve(CheckpointTensors.SINGLE), shards.get(0));
            written.add(CheckpointTensors.SINGLE);
        } else {
            Map<String, String> weightMap = new LinkedHashMap<>();
            for (int i = 0; i < shards.size(); i++) {
                String name = String.format("model-%05d-of-%05d.safetensors", i + 1, shards.size());
                writeFile(folder.resolve(name), shards.get(i));
                shards.get(i).forEach(tensor -> weightMap.put(tensor.name, name));
                written.add(name);
            }
            long total = tensors.stream().mapToLong(Tensor::bytes).sum();
            Map<String, Object> index = new LinkedHashMap<>();
            index.put("metadata", Map.of("total_size", total));
            index.put("weight_map", weightMap);
            HfConfig.of(index).write(folder.resolve(CheckpointTensors.INDEX));
            written.add(CheckpointTensors.INDEX);
        }
        removeOthers(folder, written);
    }

    private List<List<Tensor>> shards(long maxShardBytes) {
        List<List<Tensor>> shards = new ArrayList<>();
        List<Tensor> shard = new ArrayList<>();
        long bytes = 0;
        for (Tensor tensor : tensors) {
            if (!shard.isEmpty() && bytes + tensor.bytes() > maxShardBytes) {
                shards.add(shard);
                shard = new ArrayList<>();
                bytes = 0;
            }
            shard.add(tensor);
            bytes += tensor.bytes();
        }
        shards.add(shard);
        return shards;
    }

    private void writeFile(Path file, List<Tensor> shard) throws IOException {
        SafeTensorsWriter writer = new SafeTensorsWriter(metadata);
        shard.forEach(tensor -> writer.add(tensor.name, tensor.values, tensor.type));
        writer.write(file);
    }

    private static void removeOthers(Path folder, Set<String> written) throws IOException {
        List<Path> others;
        try (Stream<Path> files = Files.list(folder)) {
            others =
                    files.filter(file -> isWeights(file.getFileName().toString()))
                            .filter(file -> !written.contains(file.getFileName().toString()))
                            .toList();
        }
        for (Path other : others) {
            Files.delete(other);
        }
    }

    private static boolean isWeights(String name) {
        return name.equals(CheckpointTensors.SINGLE)
                || name.equals(CheckpointTensors.INDEX)
                || name.matches("model-\\d{5}-of-\\d{5}\\.safetensors");
    }
}
