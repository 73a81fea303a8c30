package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.dl4jplugins.core.io.TensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a checkpoint held, so that saving gives back the same: the order of its tensors, their
 * types, and the values of those that its graph has no parameter for.
 */
final class CheckpointContents {
    private final Map<String, TensorType> types = new LinkedHashMap<>();
    private final Map<String, INDArray> kept = new LinkedHashMap<>();

    private CheckpointContents() {}

    static CheckpointContents of(TensorSource source, WeightMap map) throws IOException {
        CheckpointContents contents = new CheckpointContents();
        for (String name : source.names()) {
            contents.types.put(name, source.type(name));
            if (map.ofTensor(name).isEmpty()) {
                contents.kept.put(name, source.read(name));
            }
        }
        return contents;
    }

    /** Gives a writer all tensors: the graph's as they are now, the others as they were read. */
    void addTo(CheckpointWriter writer, Map<String, INDArray> parameters) {
        Set<String> names = new LinkedHashSet<>(types.keySet());
        names.addAll(parameters.keySet());
        for (String name : names) {
            INDArray values = parameters.containsKey(name) ? parameters.get(name) : kept.get(name);
            TensorType type = types.get(name);
            writer.add(name, values, type == null ? TensorType.of(values.dataType()) : type);
        }
    }

    /**
     * Refuses tensors that no head of the model has a place for; those of other heads are kept
     * aside.
     */
    static void checkExpected(
            List<String> unused, ModelFamily family, HfConfig config, String source) {
        if (unused.isEmpty()) {
            return;
        }
        Set<String> unexpected = new LinkedHashSet<>(unused);
        for (Head head : Head.values()) {
            try {
                ModelOptions options = new ModelOptions.Builder().head(head).build();
                WeightMap map = family.weights(config, options);
                unexpected.removeIf(name -> map.ofTensor(name).isPresent());
            } catch (IllegalArgumentException notForThisFamily) {
                // A family need not have every head.
            }
        }
        Need.that(
                unexpected.isEmpty(),
                source,
                "with tensors that " + config.modelType() + " has no place for: " + unexpected,
                "a checkpoint of the model that " + config.source() + " describes");
    }

    /** Refuses copies of one weight that differ: the graph has it only once. */
    static void checkCopies(TensorSource source, WeightMap map, HfConfig config)
            throws IOException {
        for (WeightBinding binding : map.bindings()) {
            List<String> names = binding.names().stream().filter(source::contains).toList();
            for (String copy : names.subList(Math.min(1, names.size()), names.size())) {
                Need.that(
                        source.read(names.get(0)).equalsWithEps(source.read(copy), 0),
                        "tensor " + copy,
                        "different from " + names.get(0),
                        "the same, as "
                                + config.source()
                                + " ties them; set tie_word_embeddings to false if it does not"
                                + " mean to");
            }
        }
    }

    /** Refuses a tokenizer with ids that the model has no embedding for; it may be null. */
    static void checkVocabulary(HfConfig config, HfTokenizer tokenizer) {
        if (tokenizer != null) {
            int embedded = config.integer("vocab_size");
            Need.that(
                    tokenizer.vocabularySize() <= embedded,
                    "vocabulary of the tokenizer",
                    tokenizer.vocabularySize() + " tokens",
                    "at most vocab_size in " + config.source() + ", " + embedded);
        }
    }
}
