package org.dl4jplugins.align.llm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a tokenizer of whole words, in the formats of Hugging Face's libraries. */
final class WordLevelJson {
    private WordLevelJson() {}

    /**
     * The content of {@code tokenizer.json}.
     *
     * @param special tokens that texts may spell out, with the lowest ids
     * @param words the other tokens
     * @param begin what is put before a text; null for nothing
     * @param unknown what stands for other words
     */
    static HfConfig tokenizer(
            List<String> special,
            List<String> words,
            String begin,
            String unknown,
            boolean lowerCase) {
        Map<String, Integer> vocabulary = new LinkedHashMap<>();
        List<Object> added = new ArrayList<>();
        for (String token : special) {
            added.add(added(token, vocabulary.size()));
            vocabulary.put(token, vocabulary.size());
        }
        for (String word : words) {
            vocabulary.put(word, vocabulary.size());
        }
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("version", "1.0");
        root.put("truncation", null);
        root.put("padding", null);
        root.put("added_tokens", added);
        root.put("normalizer", lowerCase ? Map.of("type", "Lowercase") : null);
        root.put("pre_tokenizer", split());
        root.put(
                "post_processor", begin == null ? null : beginBefore(begin, vocabulary.get(begin)));
        root.put("decoder", join());
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("type", "WordLevel");
        model.put("vocab", vocabulary);
        model.put("unk_token", unknown);
        root.put("model", model);
        return HfConfig.of(root);
    }

    private static Map<String, Object> added(String token, int id) {
        Map<String, Object> added = new LinkedHashMap<>();
        added.put("id", id);
        added.put("content", token);
        added.put("single_word", false);
        added.put("lstrip", false);
        added.put("rstrip", false);
        added.put("normalized", false);
        added.put("special", true);
        return added;
    }

    /** At white space and around each mark of punctuation. */
    private static Map<String, Object> split() {
        Map<String, Object> split = new LinkedHashMap<>();
        split.put("type", "Sequence");
        Map<String, Object> punctuation = new LinkedHashMap<>();
        punctuation.put("type", "Punctuation");
        punctuation.put("behavior", "Isolated");
        split.put("pretokenizers", List.of(Map.of("type", "WhitespaceSplit"), punctuation));
        return split;
    }

    /** With a space between words, but as one writes at punctuation. */
    private static Map<String, Object> join() {
        Map<String, Object> spaces = new LinkedHashMap<>();
        spaces.put("type", "WordPiece");
        spaces.put("prefix", "##");
        spaces.put("cleanup", true); // none before . ? ! ,
        List<Object> steps = new ArrayList<>(List.of(spaces, Map.of("type", "Fuse")));
        steps.add(replace(" :", ":"));
        steps.add(replace(" ;", ";"));
        steps.add(replace(" ' ", "'"));
        Map<String, Object> join = new LinkedHashMap<>();
        join.put("type", "Sequence");
        join.put("decoders", steps);
        return join;
    }

    private static Map<String, Object> replace(String text, String by) {
        Map<String, Object> replace = new LinkedHashMap<>();
        replace.put("type", "Replace");
        replace.put("pattern", Map.of("String", text));
        replace.put("content", by);
        return replace;
    }

    /** Puts a token before a text, or before both of a pair. */
    private static Map<String, Object> beginBefore(String token, int id) {
        Map<String, Object> begin = Map.of("SpecialToken", reference(token, 0));
        Map<String, Object> first = Map.of("Sequence", reference("A", 0));
        Map<String, Object> second = Map.of("Sequence", reference("B", 1));
        Map<String, Object> content = new LinkedHashMap<>();
        content.put("id", token);
        content.put("ids", List.of(id));
        content.put("tokens", List.of(token));
        Map<String, Object> processor = new LinkedHashMap<>();
        processor.put("type", "TemplateProcessing");
        processor.put("single", List.of(begin, first));
        processor.put("pair", List.of(begin, first, second));
        processor.put("special_tokens", Map.of(token, content));
        return processor;
    }

    private static Map<String, Object> reference(String id, int type) {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("id", id);
        reference.put("type_id", type);
        return reference;
    }
}
