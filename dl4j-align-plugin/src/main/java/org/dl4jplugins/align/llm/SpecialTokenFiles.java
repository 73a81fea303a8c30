package org.dl4jplugins.align.llm;

import java.util.List;
import java.util.OptionalInt;

/**
 * Finds special tokens in the files beside {@code tokenizer.json}. Ids of generation_config.json
 * come first, since generation follows them in Hugging Face's library too, then the tokens named by
 * special_tokens_map.json and tokenizer_config.json, then the ids of config.json, and at last the
 * usual spellings among those that the tokenizer itself marks as special.
 */
final class SpecialTokenFiles {
    private final Vocabulary vocabulary;
    private final HfConfig generation;
    private final List<HfConfig> named;
    private final HfConfig model;

    SpecialTokenFiles(
            Vocabulary vocabulary, HfConfig generation, List<HfConfig> named, HfConfig model) {
        this.vocabulary = vocabulary;
        this.generation = generation;
        this.named = named;
        this.model = model;
    }

    SpecialTokens read() {
        return new SpecialTokens(
                find("bos", "<s>"),
                eos(),
                find("pad", "<pad>", "[PAD]"),
                find("unk", "<unk>", "[UNK]"),
                find("cls", "[CLS]"),
                find("sep", "[SEP]"),
                find("mask", "[MASK]", "<mask>"),
                first(
                        generation.integers("decoder_start_token_id"),
                        model.integers("decoder_start_token_id")));
    }

    private List<Integer> eos() {
        List<Integer> ids = generation.integers("eos_token_id");
        if (ids.isEmpty()) {
            OptionalInt named = named("eos_token");
            ids = named.isPresent() ? List.of(named.getAsInt()) : model.integers("eos_token_id");
        }
        if (ids.isEmpty()) {
            OptionalInt usual = usual("</s>");
            ids = usual.isPresent() ? List.of(usual.getAsInt()) : ids;
        }
        return ids;
    }

    private OptionalInt find(String kind, String... spellings) {
        String key = kind + "_token_id";
        OptionalInt id = first(generation.integers(key), List.of());
        id = id.isPresent() ? id : named(kind + "_token");
        id = id.isPresent() ? id : first(model.integers(key), List.of());
        return id.isPresent() ? id : usual(spellings);
    }

    private OptionalInt named(String key) {
        for (HfConfig file : named) {
            OptionalInt id = vocabulary.id(content(file, key));
            if (id.isPresent()) {
                return id;
            }
        }
        return OptionalInt.empty();
    }

    /** Either the token itself or an object that describes it. */
    private static String content(HfConfig file, String key) {
        if (!file.has(key)) {
            return null;
        }
        return file.isObject(key) ? file.object(key).text("content") : file.text(key);
    }

    private OptionalInt usual(String... spellings) {
        for (String spelling : spellings) {
            if (vocabulary.special().contains(spelling)) {
                return vocabulary.id(spelling);
            }
        }
        return OptionalInt.empty();
    }

    private static OptionalInt first(List<Integer> ids, List<Integer> otherwise) {
        List<Integer> chosen = ids.isEmpty() ? otherwise : ids;
        return chosen.isEmpty() ? OptionalInt.empty() : OptionalInt.of(chosen.get(0));
    }
}
