package org.dl4jplugins.align.llm;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * Text to token ids and back, by the {@code tokenizer.json} of a checkpoint and Hugging Face's own
 * tokenizer library. It never uses the network. Several threads may use one tokenizer.
 *
 * <pre>{@code
 * HfTokenizer tokenizer = HfTokenizer.load(folder);
 * TokenBatch batch = tokenizer.batch(List.of("Once upon a time", "Hello"), EncodingOptions.defaults());
 * String text = tokenizer.decode(tokenizer.encode("Hello"));
 * }</pre>
 */
public final class HfTokenizer implements AutoCloseable {
    /** File name of a tokenizer. */
    public static final String FILE = "tokenizer.json";

    /** File name of its settings. */
    static final String SETTINGS = "tokenizer_config.json";

    private final HuggingFaceTokenizer tokenizer;
    private final Vocabulary vocabulary;
    private final SpecialTokens special;
    private final HfConfig settings;
    private final byte[] json;

    private HfTokenizer(
            HuggingFaceTokenizer tokenizer,
            Vocabulary vocabulary,
            SpecialTokens special,
            HfConfig settings,
            byte[] json) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.special = special;
        this.settings = settings;
        this.json = json;
    }

    /**
     * Reads the tokenizer of a checkpoint: {@code tokenizer.json} and, for the special tokens, what
     * there is of {@code tokenizer_config.json}, {@code special_tokens_map.json}, {@code
     * generation_config.json} and {@code config.json}.
     *
     * @param folder of the checkpoint
     * @return its tokenizer
     * @throws NoSuchFileException if the folder has no {@code tokenizer.json}
     * @throws MalformedFileException if a file contradicts its format
     * @throws IOException if a file cannot be read
     */
    public static HfTokenizer load(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new NoSuchFileException(
                    file.toString(),
                    null,
                    "a checkpoint's text needs this file. Older ones have only vocab.txt,"
                            + " vocab.json or a SentencePiece model: convert those with Python's"
                            + " AutoTokenizer.from_pretrained(...).save_pretrained(...)");
        }
        HfConfig settings = optional(folder.resolve(SETTINGS));
        return create(
                Files.readAllBytes(file),
                file.toString(),
                settings,
                optional(folder.resolve("special_tokens_map.json")),
                optional(folder.resolve("generation_config.json")),
                optional(folder.resolve(HfConfig.FILE)));
    }

    /**
     * Reads a tokenizer from anywhere, such as a resource. Its special tokens are those with the
     * usual spellings ({@code [PAD]}, {@code </s>}) that it marks as special itself.
     *
     * @param tokenizerJson content of a {@code tokenizer.json}; is read to its end and not closed
     * @param source where it comes from, for messages
     * @return the tokenizer
     * @throws MalformedFileException if the content is not a tokenizer
     * @throws IOException if it cannot be read
     */
    public static HfTokenizer read(InputStream tokenizerJson, String source) throws IOException {
        HfConfig none = HfConfig.of(Map.of());
        return create(tokenizerJson.readAllBytes(), source, none, none, none, none);
    }

    /** A tokenizer made in code, with its {@code tokenizer_config.json}. */
    static HfTokenizer of(byte[] json, String source, HfConfig settings) throws IOException {
        HfConfig none = HfConfig.of(Map.of());
        return create(json, source, settings, none, none, none);
    }

    private static HfTokenizer create(
            byte[] json,
            String source,
            HfConfig settings,
            HfConfig named,
            HfConfig generation,
            HfConfig model)
            throws IOException {
        Vocabulary vocabulary = Vocabulary.parse(json, source);
        SpecialTokens special =
                new SpecialTokenFiles(vocabulary, generation, List.of(named, settings), model)
                        .read();
        return new HfTokenizer(
                OfflineDjl.tokenizer(json, source), vocabulary, special, settings, json);
    }

    private static HfConfig optional(Path file) throws IOException {
        return Files.isRegularFile(file) ? HfConfig.read(file) : HfConfig.of(Map.of());
    }

    /**
     * The ids of a text, with the special tokens that the tokenizer adds.
     *
     * @param text any text
     * @return token ids
     */
    public int[] encode(String text) {
        return encode(text, true);
    }

    /**
     * The ids of a text.
     *
     * @param text any text
     * @param specialTokens whether the tokenizer adds what its model expects around a text
     * @return token ids
     */
    public int[] encode(String text, boolean specialTokens) {
        return EncodedText.of(tokenizer.encode(text, specialTokens, false)).toInts();
    }

    /**
     * Texts as a batch.
     *
     * @param texts at least one; each must have a token, special ones included
     * @param options how they are cut and filled
     * @return ids, mask and types, [batch, time]
     * @throws IllegalArgumentException if there is no text, or one without tokens
     */
    public TokenBatch batch(List<String> texts, EncodingOptions options) {
        Need.that(!texts.isEmpty(), "texts", "empty", "at least one text");
        return new BatchBuilder(options, special.padOrAny())
                .build(Arrays.asList(tokenizer.batchEncode(texts, options.specialTokens(), false)));
    }

    /**
     * Pairs of texts as a batch, such as a question and a passage.
     *
     * @param first first text of each pair, at least one
     * @param second second text of each pair, as many
     * @param options how they are cut and filled
     * @return ids, mask and types, [batch, time]
     * @throws IllegalArgumentException if the lists are empty or differ in length
     */
    public TokenBatch batch(List<String> first, List<String> second, EncodingOptions options) {
        Need.that(!first.isEmpty(), "first", "empty", "at least one text");
        Need.that(
                first.size() == second.size(),
                "number of second texts",
                second.size(),
                "that of the first, " + first.size());
        Encoding[] encodings = new Encoding[first.size()];
        for (int i = 0; i < encodings.length; i++) {
            encodings[i] =
                    tokenizer.encode(first.get(i), second.get(i), options.specialTokens(), false);
        }
        return new BatchBuilder(options, special.padOrAny()).build(Arrays.asList(encodings));
    }

    /**
     * The text of token ids, without special tokens.
     *
     * @param ids token ids; those that no token has are left out
     * @return their text
     * @throws IllegalArgumentException if an id is negative
     */
    public String decode(int[] ids) {
        return decode(ids, true);
    }

    /**
     * The text of token ids.
     *
     * @param ids token ids; those that no token has are left out
     * @param skipSpecialTokens whether special tokens are left out
     * @return their text
     * @throws IllegalArgumentException if an id is negative
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        for (int id : ids) {
            Need.that(id >= 0, "token id", id, "0 or more");
        }
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
    }

    /**
     * The number of ids that the tokenizer can give.
     *
     * @return its highest id plus one, added tokens included
     */
    public int vocabularySize() {
        return vocabulary.size();
    }

    /**
     * The id of a token.
     *
     * @param token as in the vocabulary, such as {@code </s>} or {@code ##ing}
     * @return its id, empty if there is no such token
     */
    public OptionalInt id(String token) {
        return vocabulary.id(token);
    }

    /**
     * The token of an id.
     *
     * @param id a token id
     * @return the token as in the vocabulary
     * @throws IllegalArgumentException if no token has the id
     */
    public String token(int id) {
        String token = vocabulary.token(id);
        Need.that(token != null, "token id", id, "one of the vocabulary's " + vocabularySize());
        return token;
    }

    /**
     * The tokens with a meaning of their own.
     *
     * @return their ids
     */
    public SpecialTokens special() {
        return special;
    }

    /**
     * The tokenizer's settings, which may hold a chat template.
     *
     * @return {@code tokenizer_config.json}, without keys if there is none
     */
    public HfConfig settings() {
        return settings;
    }

    /**
     * Writes the tokenizer.
     *
     * @param folder gets {@code tokenizer.json}, byte by byte
     * @throws IOException if it cannot be written
     */
    public void save(Path folder) throws IOException {
        CompanionFiles.of(this).write(folder);
    }

    /** The content of its {@code tokenizer.json}. */
    byte[] json() {
        return json;
    }

    /** Lets the native tokenizer go. */
    @Override
    public void close() {
        tokenizer.close();
    }
}
