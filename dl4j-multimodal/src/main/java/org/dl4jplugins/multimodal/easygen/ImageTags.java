package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.SpecialTokens;
import org.dl4jplugins.multimodal.easygen.TaggedText.Part;

/**
 * Reads and writes answers that describe images between tags (EasyGen, section 3.3): {@code Sure.
 * <Img>a red circle</Img>}.
 *
 * <pre>{@code
 * ImageTags tags = new ImageTags(ImageMarks.standard());
 * String target = tags.format("Sure.", List.of("a red circle"));   // what the model learns
 * tags.parse(target).descriptions();                              // [a red circle]
 * }</pre>
 */
public final class ImageTags {
    private final ImageMarks marks;

    /**
     * Tags of a language model.
     *
     * @param marks its marks, whose opening and closing ones stand around descriptions
     * @throws IllegalArgumentException if one of the two is blank, or both are the same
     */
    public ImageTags(ImageMarks marks) {
        this.marks = Objects.requireNonNull(marks, "marks");
        Require.that(!marks.open().isBlank(), "open", "'" + marks.open() + "'", "a tag");
        Require.that(
                !marks.close().isBlank() && !marks.close().equals(marks.open()),
                "close",
                "'" + marks.close() + "'",
                "a tag, other than '" + marks.open() + "'");
    }

    /**
     * Refuses a language model that cannot write the tags.
     *
     * @param tokenizer of the language model
     * @throws IllegalArgumentException if the tags do not survive its vocabulary
     */
    public void requireIn(HfTokenizer tokenizer) {
        for (String tag : List.of(marks.open(), marks.close())) {
            int[] ids = tokenizer.encode(tag, false);
            boolean known =
                    ids.length > 0
                            && tokenizer.special().unk().stream()
                                    .noneMatch(u -> Arrays.stream(ids).anyMatch(id -> id == u))
                            && tokenizer.decode(ids, false).contains(tag);
            Require.that(
                    known,
                    "language model",
                    "one without '" + tag + "' in its vocabulary",
                    "one with the image tags "
                            + marks.open()
                            + " and "
                            + marks.close()
                            + " (special tokens of the tokenizer)");
        }
    }

    /**
     * What a model learns to write.
     *
     * @param text what it says, may be empty
     * @param descriptions of the images it shows, behind the text; may be empty
     * @return text and descriptions with tags, spaces between them
     * @throws IllegalArgumentException if text or descriptions contain a tag, or a description is
     *     blank
     */
    public String format(String text, List<String> descriptions) {
        List<Part> parts = new ArrayList<>();
        if (!text.isBlank()) {
            parts.add(new Part(text, false));
        }
        for (String description : descriptions) {
            Require.that(!description.isBlank(), "description", "'" + description + "'", "a text");
            parts.add(new Part(description, true));
        }
        return format(new TaggedText(parts));
    }

    /**
     * What a model learns to write.
     *
     * @param tagged text and descriptions in their order
     * @return the same with tags, spaces between the parts
     * @throws IllegalArgumentException if a part contains a tag
     */
    public String format(TaggedText tagged) {
        List<String> written = new ArrayList<>();
        for (Part part : tagged.parts()) {
            String content = part.content().strip();
            for (String tag : List.of(marks.open(), marks.close())) {
                Require.that(!content.contains(tag), "text", "'" + content + "'", "without " + tag);
            }
            written.add(part.image() ? marks.open() + content + marks.close() : content);
        }
        return String.join(" ", written);
    }

    /**
     * Takes apart what a model has written. A description that is not closed goes on to the next
     * opening tag or to the end; a closing tag that closes nothing is left out, and so is what is
     * blank.
     *
     * @param written a model's text with its tags
     * @return text and descriptions in their order
     */
    public TaggedText parse(String written) {
        List<Part> parts = new ArrayList<>();
        boolean image = false;
        int from = 0;
        while (from <= written.length()) {
            int open = at(written, marks.open(), from);
            int close = at(written, marks.close(), from);
            int end = Math.min(open, close);
            String content = written.substring(from, Math.min(end, written.length())).strip();
            if (!content.isEmpty()) {
                parts.add(new Part(content, image));
            }
            image = open < close;
            from = end + (open < close ? marks.open() : marks.close()).length();
        }
        return new TaggedText(parts);
    }

    /** Where a tag stands; behind the text's end if nowhere. */
    private static int at(String text, String tag, int from) {
        int at = text.indexOf(tag, from);
        return at < 0 ? text.length() + 1 : at;
    }

    /**
     * Takes apart a generation: with tags that are special tokens, which its text leaves out.
     *
     * @param generation of a model with this tokenizer
     * @param tokenizer of the model
     * @return text and descriptions in their order
     */
    public TaggedText parse(Generation generation, HfTokenizer tokenizer) {
        SpecialTokens special = tokenizer.special();
        Set<Integer> silent = new TreeSet<>(special.eos());
        special.bos().ifPresent(silent::add);
        special.pad().ifPresent(silent::add);
        special.decoderStart().ifPresent(silent::add);
        int[] ids = Arrays.stream(generation.ids()).filter(id -> !silent.contains(id)).toArray();
        return parse(tokenizer.decode(ids, false));
    }
}
