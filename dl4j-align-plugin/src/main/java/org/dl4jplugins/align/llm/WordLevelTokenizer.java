package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.dl4jplugins.core.io.AtomicFiles;

/**
 * A tokenizer of whole words for a small vocabulary, as files that Hugging Face's libraries and
 * {@link HfTokenizer} read: one token for each word and for each mark of punctuation.
 *
 * <p>The first ids are {@code <pad>} 0, {@code <s>} 1, {@code </s>} 2 and {@code <unk>} 3, then the
 * further special tokens in the order given, then the words in the order of their characters. A
 * text gets {@code <s>} in front; what is no word of the vocabulary becomes {@code <unk>}. Decoding
 * puts one space between words, none before {@code . ? ! , : ;} and none around an apostrophe.
 *
 * <p>With it a language model is trained from nothing:
 *
 * <pre>{@code
 * HfTokenizer tokenizer = new WordLevelTokenizer.Builder()
 *         .texts(captions).special("<Img>", "</Img>").build().tokenizer();
 * HfConfig config = new LlamaConfig.Builder(tokenizer.vocabularySize())
 *         .hiddenSize(128).heads(4).padToken(0).build();
 * HfCheckpoint model = HfCheckpoint.create(config, tokenizer, options);
 * model.graph().fit(new LanguageModelIterator...);
 * model.save(folder); // HfCheckpoint.load(folder) reads it, as Hugging Face's library does
 * }</pre>
 */
public final class WordLevelTokenizer {
    private static final String PAD = "<pad>";
    private static final String BEGIN = "<s>";
    private static final String END = "</s>";
    private static final String UNKNOWN = "<unk>";
    private static final List<String> STANDARD = List.of(PAD, BEGIN, END, UNKNOWN);

    private final HfConfig json;
    private final HfConfig settings;
    private final int size;

    private WordLevelTokenizer(
            List<String> special, List<String> words, boolean lowerCase, boolean begins) {
        size = special.size() + words.size();
        json = WordLevelJson.tokenizer(special, words, begins ? BEGIN : null, UNKNOWN, lowerCase);
        Map<String, Object> named = names();
        named.put("additional_special_tokens", special.subList(STANDARD.size(), special.size()));
        named.put("tokenizer_class", "PreTrainedTokenizerFast");
        named.put("clean_up_tokenization_spaces", true);
        settings = HfConfig.of(named);
    }

    private static Map<String, Object> names() {
        Map<String, Object> names = new LinkedHashMap<>();
        names.put("bos_token", BEGIN);
        names.put("eos_token", END);
        names.put("pad_token", PAD);
        names.put("unk_token", UNKNOWN);
        return names;
    }

    /** {@return the number of tokens, special ones included} */
    public int size() {
        return size;
    }

    /** {@return the content of {@code tokenizer.json} in UTF-8} */
    public byte[] json() {
        return json.toJson().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Writes {@code tokenizer.json}, {@code tokenizer_config.json} and {@code
     * special_tokens_map.json}.
     *
     * @param folder of a checkpoint; is created if it is not there
     * @throws IOException if a file cannot be written
     */
    public void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        AtomicFiles.write(folder.resolve(HfTokenizer.FILE), json());
        settings.write(folder.resolve(HfTokenizer.SETTINGS));
        HfConfig.of(names()).write(folder.resolve("special_tokens_map.json"));
    }

    /**
     * The tokenizer in memory, the same as {@link HfTokenizer#load} gives behind {@link #write}.
     *
     * @return a new tokenizer, to be closed by the caller
     */
    public HfTokenizer tokenizer() {
        try {
            return HfTokenizer.of(json(), "word tokenizer", settings);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    /** Collects the vocabulary. */
    public static final class Builder {
        /** Words, or single marks of punctuation as the tokenizer takes them. */
        private static final Pattern TOKEN =
                Pattern.compile(
                        "[\\p{Punct}\\p{IsPunctuation}]"
                                + "|[^\\p{IsWhite_Space}\\p{Punct}\\p{IsPunctuation}]+");

        private final Set<String> special = new LinkedHashSet<>(STANDARD);
        private final Set<String> words = new LinkedHashSet<>();
        private final List<String> texts = new ArrayList<>();
        private boolean lowerCase = true;
        private boolean begins = true;

        /** Starts with the four special tokens, in small letters. */
        public Builder() {}

        /**
         * Adds words.
         *
         * @param words words or single marks of punctuation; repetition does not matter
         * @return this
         */
        public Builder words(Collection<String> words) {
            this.words.addAll(words);
            return this;
        }

        /**
         * Adds all words and marks of punctuation of texts.
         *
         * @param texts any texts; special tokens in them are no words
         * @return this
         */
        public Builder texts(Collection<String> texts) {
            this.texts.addAll(texts);
            return this;
        }

        /**
         * Adds special tokens: decoded texts do not show them, but texts to encode may spell them
         * out.
         *
         * @param tokens such as {@code <Img>}
         * @return this
         */
        public Builder special(String... tokens) {
            special.addAll(Arrays.asList(tokens));
            return this;
        }

        /**
         * Sets whether texts are read in small letters.
         *
         * @param lowerCase true by default
         * @return this
         */
        public Builder lowerCase(boolean lowerCase) {
            this.lowerCase = lowerCase;
            return this;
        }

        /**
         * Sets whether texts begin with a token of their own, as decoders need it.
         *
         * @param begins true by default
         * @return this
         */
        public Builder begins(boolean begins) {
            this.begins = begins;
            return this;
        }

        /**
         * Checks and builds.
         *
         * @return the tokenizer
         * @throws IllegalArgumentException if there is no word, one is none that the tokenizer
         *     could find in a text, or a special token is blank or a word as well
         */
        public WordLevelTokenizer build() {
            TreeSet<String> all = new TreeSet<>();
            for (String word : words) {
                String token = lowerCase ? word.toLowerCase(Locale.ROOT) : word;
                Need.that(
                        TOKEN.matcher(token).matches(),
                        "word",
                        '"' + word + '"',
                        "without white space, and without punctuation or a single mark of it");
                all.add(token);
            }
            texts.forEach(text -> addAll(text, all));
            Need.that(!all.isEmpty(), "words", "none", "at least one, from words or texts");
            for (String token : special) {
                Need.that(!token.isBlank(), "special token", '"' + token + '"', "not blank");
                Need.that(
                        !all.contains(token),
                        "special token",
                        '"' + token + '"',
                        "none of the words");
            }
            return new WordLevelTokenizer(
                    List.copyOf(special), List.copyOf(all), lowerCase, begins);
        }

        private void addAll(String text, Set<String> all) {
            String rest = text;
            for (String token : special) {
                rest = rest.replace(token, " ");
            }
            rest = lowerCase ? rest.toLowerCase(Locale.ROOT) : rest;
            TOKEN.matcher(rest).results().forEach(found -> all.add(found.group()));
        }
    }
}
