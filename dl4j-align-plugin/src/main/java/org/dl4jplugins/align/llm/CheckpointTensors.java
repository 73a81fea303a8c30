package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.TensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The tensors of a checkpoint folder: {@code model.safetensors}, or the shards that {@code
 * model.safetensors.index.json} names. The index is checked against the shards: each must be there,
 * lie directly in the folder and hold exactly the tensors that the index says, none of them twice.
 */
public final class CheckpointTensors implements TensorSource {
    /** Name of a checkpoint's only file of tensors. */
    public static final String SINGLE = "model.safetensors";

    /** Name of the file that says which shard has which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    private final List<SafeTensors> files = new ArrayList<>();
    private final Map<String, SafeTensors> byTensor = new LinkedHashMap<>();

    private CheckpointTensors() {}

    /**
     * Opens all files of a checkpoint; a single file comes before an index.
     *
     * @param folder of the checkpoint
     * @return its tensors
     * @throws NoSuchFileException if there is neither, or shards are missing; all are named
     * @throws MalformedFileException if a file or the index contradicts itself or the others
     * @throws IOException if a file cannot be read
     */
    public static CheckpointTensors open(Path folder) throws IOException {
        CheckpointTensors tensors = new CheckpointTensors();
        try {
            if (Files.isRegularFile(folder.resolve(SINGLE))) {
                tensors.addFile(folder.resolve(SINGLE));
            } else if (Files.isRegularFile(folder.resolve(INDEX))) {
                tensors.addShards(folder, folder.resolve(INDEX));
            } else {
                throw new NoSuchFileException(
                        folder.resolve(SINGLE).toString(),
                        null,
                        "nor is there " + INDEX + found(folder));
            }
            return tensors;
        } catch (IOException | RuntimeException e) {
            tensors.close();
            throw e;
        }
    }

    private static String found(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return "; the folder itself does not exist";
        }
        try (Stream<Path> files = Files.list(folder)) {
            List<String> weights =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches(".*\\.(bin|pt|pth|h5|msgpack|gguf)"))
                            .sorted()
                            .toList();
            return weights.isEmpty()
                    ? ""
                    : "; "
                            + weights
                            + " can be converted with Python's save_pretrained(...,"
                            + " safe_serialization=True)";
        }
    }

    private SafeTensors addFile(Path file) throws IOException {
        SafeTensors opened = SafeTensors.open(file);
        files.add(opened);
        for (String name : opened.names()) {
            SafeTensors other = byTensor.put(name, opened);
            if (other != null) {
                throw new MalformedFileException(
                        file, "tensor " + name + ": another shard has it as well");
            }
        }
        return opened;
    }

    private void addShards(Path folder, Path index) throws IOException {
        HfConfig content = HfConfig.read(index);
        if (!content.isObject("weight_map")) {
            throw new MalformedFileException(index, "has no weight_map");
        }
        HfConfig map = content.object("weight_map");
        Map<String, Set<String>> expected = new TreeMap<>();
        for (String tensor : map.keys()) {
            String shard = map.texts(tensor).stream().findFirst().orElse("");
            if (!isFileName(shard)) {
                throw new MalformedFileException(
                        index,
                        "tensor "
                                + tensor
                                + ": shard \""
                                + shard
                                + "\" must be the name of a .safetensors file in the same folder");
            }
            expected.computeIfAbsent(shard, s -> new TreeSet<>()).add(tensor);
        }
        List<String> missing =
                expected.keySet().stream()
                        .filter(shard -> !Files.isRegularFile(folder.resolve(shard)))
                        .toList();
        if (!missing.isEmpty()) {
            throw new NoSuchFileException(
                    folder.resolve(missing.get(0)).toString(),
                    null,
                    missing.size()
                            + " of the "
                            + expected.size()
                            + " shards in "
                            + INDEX
                            + " are missing: "
                            + missing);
        }
        for (Map.Entry<String, Set<String>> shard : expected.entrySet()) {
            Path file = folder.resolve(shard.getKey());
            compare(file, shard.getValue(), new TreeSet<>(addFile(file).names()));
        }
    }

    private static boolean isFileName(String shard) {
        return shard.endsWith(".safetensors")
                && !shard.startsWith(".")
                && shard.chars().allMatch(c -> c > ' ' && c != '/' && c != '\\' && c != ':');
    }

    private static void compare(Path file, Set<String> expected, Set<String> found)
            throws MalformedFileException {
        if (!expected.equals(found)) {
            throw new MalformedFileException(
                    file,
                    "contradicts "
                            + INDEX
                            + "; missing: "
                            + difference(expected, found)
                            + ", not in the index: "
                            + difference(found, expected));
        }
    }

    private static List<String> difference(Set<String> these, Set<String> others) {
        return these.stream().filter(name -> !others.contains(name)).toList();
    }

    /**
     * What the writer of the files noted.
     *
     * @return {@code __metadata__} of the first file
     */
    public Map<String, String> metadata() {
        return files.isEmpty() ? Map.of() : files.get(0).metadata();
    }

    @Override
    public List<String> names() {
        return new ArrayList<>(byTensor.keySet());
    }

    @Override
    public boolean contains(String name) {
        return byTensor.containsKey(name);
    }

    @Override
    public TensorType type(String name) {
        return file(name).type(name);
    }

    @Override
    public long[] shape(String name) {
        return file(name).shape(name);
    }

    @Override
    public INDArray read(String name) throws IOException {
        return file(name).read(name);
    }

    @Override
    public INDArray read(String name, DataType type) throws IOException {
        return file(name).read(name, type);
    }

    @Override
    public void readInto(String name, INDArray target) throws IOException {
        file(name).readInto(name, target);
    }

    @Override
    public void close() throws IOException {
        IOException failed = null;
        for (SafeTensors file : files) {
            try {
                file.close();
            } catch (IOException e) {
                failed = e;
            }
        }
        if (failed != null) {
            throw failed;
        }
    }

    private SafeTensors file(String name) {
        SafeTensors file = byTensor.get(name);
        Need.that(
                file != null,
                "tensor",
                name,
                "one of the checkpoint's "
                        + byTensor.size()
                        + ", such as "
                        + byTensor.keySet().stream().limit(5).collect(Collectors.joining(", ")));
        return file;
    }
}
