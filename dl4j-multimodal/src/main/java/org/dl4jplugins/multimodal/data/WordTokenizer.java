package org.dl4jplugins.multimodal.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/**
 * A tokenizer of whole words for small closed vocabularies, as an ordinary {@link HfTokenizer}: one
 * token for each word in small letters and for each run of punctuation.
 *
 * <pre>{@code
 * HfTokenizer tokenizer = WordTokenizer.of(SceneWorld.full().vocabulary(), List.of("<Img>", "</Img>"));
 * int[] ids = tokenizer.encode("What color is the circle?");
 * }</pre>
 *
 * <p>The first ids are {@code <pad>}, {@code <s>}, {@code </s>} and {@code <unk>}, then the further
 * special tokens, then the words in alphabetical order. {@code <s>} is put before a text. What is
 * no word of the vocabulary becomes {@code <unk>}.
 */
public final class WordTokenizer {
    private static final String BEGIN = "<s>";
    private static final List<String> SPECIAL = List.of("<pad>", BEGIN, "</s>", "<unk>");
    private static final List<String> PUNCTUATION = List.of("?", ".", ",", ":");

    private WordTokenizer() {}

    /**
     * A tokenizer of these words and of {@code ? . , :}.
     *
     * @param words in small letters; order and repetition do not matter
     * @param special further tokens that texts may spell out, such as {@code <Img>}
     * @return a new tokenizer, to be closed by the caller
     */
    public static HfTokenizer of(Collection<String> words, List<String> special) {
        String json = json(words, special);
        try {
            return HfTokenizer.read(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                    "word tokenizer");
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    /**
     * The content of the tokenizer's {@code tokenizer.json}.
     *
     * @param words as in {@link #of}
     * @param special as in {@link #of}
     * @return JSON of Hugging Face's tokenizer library
     */
    public static String json(Collection<String> words, List<String> special) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode().put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        root.putObject("normalizer").put("type", "Lowercase");
        root.putObject("pre_tokenizer").put("type", "Whitespace");
        root.set("post_processor", beginBefore(mapper));
        root.putNull("decoder");
        ObjectNode model = root.putObject("model").put("type", "WordLevel");
        ObjectNode vocabulary = model.putObject("vocab");
        model.put("unk_token", "<unk>");
        for (List<String> tokens : List.of(SPECIAL, special)) {
            for (String token : tokens) {
                added.addObject()
                        .put("id", vocabulary.size())
                        .put("content", token)
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", true);
                vocabulary.put(token, vocabulary.size());
            }
        }
        TreeSet<String> sorted = new TreeSet<>(words);
        sorted.addAll(PUNCTUATION);
        for (String word : sorted) {
            Ensure.that(
                    !word.isBlank()
                            && !vocabulary.has(word)
                            && word.equals(word.toLowerCase(Locale.ROOT)),
                    "words",
                    "'" + word + "'",
                    "in small letters and no special token");
            vocabulary.put(word, vocabulary.size());
        }
        try {
            return mapper.writeValueAsString(root);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Puts the begin token before a text, or before both of a pair. */
    private static ObjectNode beginBefore(ObjectMapper mapper) {
        ObjectNode processor = mapper.createObjectNode().put("type", "TemplateProcessing");
        for (String template : List.of("single", "pair")) {
            ArrayNode parts = processor.putArray(template);
            parts.addObject().putObject("SpecialToken").put("id", BEGIN).put("type_id", 0);
            parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        }
        ArrayNode pair = (ArrayNode) processor.get("pair");
        pair.addObject().putObject("Sequence").put("id", "B").put("type_id", 1);
        ObjectNode begin = processor.putObject("special_tokens").putObject(BEGIN).put("id", BEGIN);
        begin.putArray("ids").add(SPECIAL.indexOf(BEGIN));
        begin.putArray("tokens").add(BEGIN);
        return processor;
    }
}
