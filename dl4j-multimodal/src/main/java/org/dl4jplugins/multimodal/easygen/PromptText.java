package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.LabeledTokens;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.llm.HfTextEncoder;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.SpecialTokens;
import org.dl4jplugins.multimodal.data.ImageConversation;

/** Conversations with image marks as the tokens of a language model. */
final class PromptText {
    private final HfTokenizer tokenizer;
    private final HfTextEncoder encoder;
    private final PromptTemplate template;
    private final ImageMarks marks;
    private final int perImage;
    private final int placeholder;
    private final boolean places;

    /**
     * @param perImage tokens of an image
     * @param places whether images have places in the text; else their marks are left out
     */
    PromptText(
            HfTokenizer tokenizer,
            PromptTemplate template,
            ImageMarks marks,
            int perImage,
            boolean places) {
        this.tokenizer = tokenizer;
        this.template = template;
        this.marks = marks;
        this.perImage = perImage;
        this.places = places;
        encoder = new HfTextEncoder(tokenizer);
        placeholder = places ? marks.placeholderId(tokenizer) : -1;
    }

    HfTextEncoder encoder() {
        return encoder;
    }

    /** The placeholder's id, -1 if images have no places. */
    int placeholder() {
        return placeholder;
    }

    /** What fills rows up: any id but the placeholder's would do. */
    int filler() {
        return tokenizer.special().padOrAny();
    }

    /** What a decoder behind an encoder begins with. */
    int decoderStart() {
        SpecialTokens special = tokenizer.special();
        OptionalInt start =
                special.decoderStart().isPresent() ? special.decoderStart() : special.pad();
        return start.orElseThrow(
                () ->
                        new IllegalArgumentException(
                                "the tokenizer's files name no decoder_start_token_id and no"
                                        + " padding token, which a decoder begins with"));
    }

    /** The prompt of a decoder alone. */
    int[] prompt(List<ChatMessage> messages, int images) {
        return checked(template.promptTokens(encoder, expanded(messages)), images);
    }

    /** The prompt of an encoder, with its end token. */
    int[] encoderPrompt(List<ChatMessage> messages, int images) {
        return checked(ended(template.prompt(expanded(messages))), images);
    }

    /** A whole conversation of a decoder alone, with what is learned. */
    LabeledTokens labeled(List<ChatMessage> messages, int images) {
        LabeledTokens tokens = LabeledTokens.of(encoder, template.segments(expanded(messages)));
        checked(tokens.ids(), images);
        return tokens;
    }

    /** A text with the end token. */
    int[] ended(String text) {
        int[] ids = encoder.encode(text);
        OptionalInt end = encoder.endToken();
        if (end.isEmpty()) {
            return ids;
        }
        int[] ended = Arrays.copyOf(ids, ids.length + 1);
        ended[ids.length] = end.getAsInt();
        return ended;
    }

    private List<ChatMessage> expanded(List<ChatMessage> messages) {
        List<ChatMessage> expanded = new ArrayList<>();
        for (ChatMessage message : messages) {
            String text = message.content();
            String mark = ImageConversation.MARK;
            String written =
                    places
                            ? text.replace(mark, marks.image(perImage))
                            : text.replace(mark + "\n", "")
                                    .replace(mark + " ", "")
                                    .replace(mark, "");
            expanded.add(new ChatMessage(message.role(), written));
        }
        return expanded;
    }

    private int[] checked(int[] ids, int images) {
        if (places) {
            long count = Arrays.stream(ids).filter(id -> id == placeholder).count();
            Require.that(
                    count == (long) images * perImage,
                    "placeholders '" + marks.placeholder() + "' in a prompt",
                    count,
                    "as many as its "
                            + images
                            + " images have tokens, "
                            + (long) images * perImage
                            + " (does the tokenizer join or split them, or the text spell one"
                            + " out?)");
        }
        return ids;
    }
}
