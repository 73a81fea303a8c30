package org.dl4jplugins.align.llm;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.dl4jplugins.core.io.MalformedFileException;

/**
 * Makes DJL tokenizers without a word to the network. DJL reports home whenever a tokenizer is made
 * and may download a native library for GPUs; both are switched off through system properties,
 * which are set only while a tokenizer is being made and then put back.
 */
final class OfflineDjl {
    private static final Map<String, String> OFFLINE =
            Map.of("ai.djl.offline", "true", "OPT_OUT_TRACKING", "true");

    /** The caller cuts and pads; a tokenizer file's own settings would be there twice. */
    private static final Map<String, String> PLAIN =
            Map.of("truncation", "false", "padding", "false");

    private OfflineDjl() {}

    static synchronized HuggingFaceTokenizer tokenizer(byte[] json, String source)
            throws IOException {
        Map<String, String> before = new HashMap<>();
        OFFLINE.forEach((key, value) -> before.put(key, System.setProperty(key, value)));
        try {
            return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
        } catch (RuntimeException e) {
            MalformedFileException refused =
                    new MalformedFileException(
                            source, "is no tokenizer that can be read: " + e.getMessage());
            refused.initCause(e);
            throw refused;
        } finally {
            before.forEach(OfflineDjl::restore);
        }
    }

    private static void restore(String key, String value) {
        if (value == null) {
            System.clearProperty(key);
        } else {
            System.setProperty(key, value);
        }
    }
}
