package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.InputStream;

/** The files of all-MiniLM-L6-v2, a real sentence encoder, from the class path. */
final class MiniLm {
    private static final String NAME = "/all-minilm-l6-v2";

    private MiniLm() {}

    static InputStream model() {
        return MiniLm.class.getResourceAsStream(NAME + ".onnx");
    }

    static HfTokenizer tokenizer() throws IOException {
        try (InputStream json = MiniLm.class.getResourceAsStream(NAME + "-tokenizer.json")) {
            return HfTokenizer.read(json, "all-minilm-l6-v2-tokenizer.json");
        }
    }
}
