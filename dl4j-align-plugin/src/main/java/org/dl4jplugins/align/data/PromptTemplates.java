package org.dl4jplugins.align.data;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The prompt templates in common use. */
public final class PromptTemplates {

    private static final String ALPACA =
            "Below is an instruction that describes a task. Write a response that appropriately"
                    + " completes the request.";

    private static final String ALPACA_WITH_INPUT =
            "Below is an instruction that describes a task, paired with an input that provides"
                    + " further context. Write a response that appropriately completes the"
                    + " request.";

    private PromptTemplates() {}

    /** The question, a space, the answer. */
    public static PromptTemplate plain() {
        return plain(" ");
    }

    /**
     * The question, a separator, the answer.
     *
     * @param separator belongs to the answer, so that a prompt ends with the question's last word
     */
    public static PromptTemplate plain(String separator) {
        return new PromptTemplate.Builder("plain")
                .system("", "\n")
                .assistant("", separator, "")
                .between("\n")
                .build();
    }

    /** Stanford Alpaca: {@code ### Instruction:}, {@code ### Input:}, {@code ### Response:}. */
    public static PromptTemplate alpaca() {
        return new PromptTemplate.Builder("alpaca")
                .defaultSystem(ALPACA, ALPACA_WITH_INPUT)
                .system("", "\n\n")
                .user("### Instruction:\n", "\n\n")
                .beforeInput("\n\n### Input:\n")
                .assistant("### Response:", "", "")
                .between("\n\n")
                .build();
    }

    /**
     * LLaMA 2 chat: {@code [INST] <<SYS>> ... <</SYS>> ... [/INST] ...}, begin and end token around
     * every turn.
     */
    public static PromptTemplate llama2() {
        return new PromptTemplate.Builder("llama-2")
                .system("<<SYS>>\n", "\n<</SYS>>\n\n")
                .systemInUser(true)
                .user("[INST] ", " [/INST]")
                .assistant("", " ", " ")
                .beginEveryTurn(true)
                .build();
    }

    /** LLaMA 3 Instruct: {@code <|start_header_id|>user<|end_header_id|> ... <|eot_id|>}. */
    public static PromptTemplate llama3() {
        return new PromptTemplate.Builder("llama-3")
                .system("<|start_header_id|>system<|end_header_id|>\n\n", "<|eot_id|>")
                .user("<|start_header_id|>user<|end_header_id|>\n\n", "<|eot_id|>")
                .assistant("<|start_header_id|>assistant<|end_header_id|>\n\n", "", "<|eot_id|>")
                .endToken(false)
                .build();
    }

    /** ChatML, as used by Qwen and others: {@code <|im_start|>user ... <|im_end|>}. */
    public static PromptTemplate chatml() {
        return new PromptTemplate.Builder("chatml")
                .system("<|im_start|>system\n", "<|im_end|>\n")
                .user("<|im_start|>user\n", "<|im_end|>\n")
                .assistant("<|im_start|>assistant\n", "", "<|im_end|>")
                .between("\n")
                .endToken(false)
                .build();
    }

    /**
     * Mistral 7B Instruct v0.1 and v0.2: {@code [INST] ... [/INST]}, an end token after every
     * answer; the system message goes before the first question.
     */
    public static PromptTemplate mistral() {
        return new PromptTemplate.Builder("mistral")
                .system("", "\n\n")
                .systemInUser(true)
                .user("[INST] ", " [/INST]")
                .build();
    }

    /** Zephyr and TinyLlama chat: {@code <|user|>}, {@code <|assistant|>} on lines of their own. */
    public static PromptTemplate zephyr() {
        return new PromptTemplate.Builder("zephyr")
                .system("<|system|>\n", "</s>\n")
                .user("<|user|>\n", "</s>\n")
                .assistant("<|assistant|>\n", "", "")
                .between("\n")
                .build();
    }

    /**
     * A template by its name.
     *
     * @throws IllegalArgumentException if there is none, listing those known
     */
    public static PromptTemplate named(String name) {
        Map<String, PromptTemplate> known = new LinkedHashMap<>();
        for (PromptTemplate template : all()) {
            known.put(template.name(), template);
        }
        if (!known.containsKey(name)) {
            throw new IllegalArgumentException(
                    "template must be one of " + known.keySet() + ", got '" + name + "'");
        }
        return known.get(name);
    }

    /** All of them. */
    public static List<PromptTemplate> all() {
        return List.of(plain(), alpaca(), llama2(), llama3(), chatml(), mistral(), zephyr());
    }
}
