package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.ChatMessage.Role;
import org.dl4jplugins.align.generation.Generation;
import org.dl4jplugins.align.generation.TextGenerator;
import org.dl4jplugins.align.transformer.TokenStates;
import org.dl4jplugins.multimodal.data.ImageConversation;
import org.dl4jplugins.multimodal.diffusion.StepCallback;
import org.dl4jplugins.multimodal.easygen.EasyGenProgress.Stage;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The calls of a pipeline, cut into batches. */
final class EasyGenRun {
    private final EasyGenParts parts;
    private final EasyGenSettings settings;
    private final EasyGenProgress progress;
    private final ImageTags tags;

    EasyGenRun(EasyGenParts parts, EasyGenSettings settings, EasyGenProgress progress) {
        this.parts = parts;
        this.settings = settings;
        this.progress = progress;
        tags = new ImageTags(parts.language().marks());
    }

    List<String> answers(INDArray images, List<String> questions) {
        List<List<ChatMessage>> asked = new ArrayList<>();
        for (String question : questions) {
            asked.add(checked(List.of(message(ChatTurn.user(question), 1)), 1));
        }
        List<Seen> seen = see(images);
        List<ImagePrompt> prompts = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            prompts.add(prompt(asked.get(i), seen.get(i)));
        }
        return write(prompts).stream().map(TaggedText::text).toList();
    }

    List<ChatReply> chats(List<List<ChatTurn>> conversations) {
        List<List<ChatMessage>> said = new ArrayList<>();
        List<INDArray> shown = new ArrayList<>();
        for (List<ChatTurn> turns : conversations) {
            said.add(
                    checked(
                            turns.stream().map(turn -> message(turn, turn.shown())).toList(),
                            images(turns)));
            turns.stream().filter(turn -> turn.shown() > 0).forEach(t -> shown.add(t.images()));
        }
        List<Seen> seen = shown.isEmpty() ? List.of() : see(joined(shown));
        List<ImagePrompt> prompts = new ArrayList<>();
        int next = 0;
        for (int c = 0; c < said.size(); c++) {
            int last = next + images(conversations.get(c));
            prompts.add(prompt(said.get(c), Seen.joined(seen.subList(next, last))));
            next = last;
        }
        return replies(write(prompts));
    }

    private static int images(List<ChatTurn> turns) {
        return turns.stream().mapToInt(ChatTurn::shown).sum();
    }

    /** Refuses a conversation before anything is sampled for it. */
    private List<ChatMessage> checked(List<ChatMessage> messages, int images) {
        ImagePrompt.requireMarks(messages, images);
        new ImageGeneration(parts.language(), parts.language().text()).tokens(messages, images);
        return messages;
    }

    private static INDArray joined(List<INDArray> images) {
        INDArray first = images.get(0);
        for (INDArray other : images) {
            boolean same = true;
            for (int d = 1; d < 4; d++) {
                same &= other.size(d) == first.size(d);
            }
            Require.that(
                    same,
                    "images of a conversation",
                    other.shapeInfoToString(),
                    "of one size, that of the first: " + first.shapeInfoToString());
        }
        return Nd4j.concat(0, images.toArray(INDArray[]::new));
    }

    private List<ChatReply> replies(List<TaggedText> written) {
        List<String> all = written.stream().flatMap(t -> t.descriptions().stream()).toList();
        INDArray images = all.isEmpty() ? null : draw(all);
        List<ChatReply> replies = new ArrayList<>();
        int next = 0;
        for (TaggedText text : written) {
            int count = text.descriptions().size();
            INDArray own = count == 0 ? null : rows(images, next, next + count);
            replies.add(new ChatReply(text.text(), text.descriptions(), own));
            next += count;
        }
        return replies;
    }

    /** A turn as the language model reads it: marks for images, tags for descriptions. */
    private ChatMessage message(ChatTurn turn, int images) {
        String text = turn.text();
        if (turn.role() == Role.ASSISTANT) {
            return new ChatMessage(turn.role(), tags.format(text, turn.descriptions()));
        }
        boolean marked = text.contains(ImageConversation.MARK);
        return new ChatMessage(
                turn.role(), marked || images == 0 ? text : ImagePrompt.before(images) + text);
    }

    private static ImagePrompt prompt(List<ChatMessage> messages, Seen seen) {
        return new ImagePrompt(messages, seen.latents(), seen.clip());
    }

    /** Images as the projection reads them [images, tokens, width], null for none. */
    private record Seen(INDArray latents, INDArray clip) {
        static Seen joined(List<Seen> seen) {
            if (seen.isEmpty()) {
                return new Seen(null, null);
            }
            INDArray[] clip = seen.stream().map(Seen::clip).toArray(INDArray[]::new);
            return new Seen(
                    Nd4j.concat(0, seen.stream().map(Seen::latents).toArray(INDArray[]::new)),
                    clip[0] == null ? null : Nd4j.concat(0, clip));
        }
    }

    private List<Seen> see(INDArray images) {
        boolean clip = parts.language().projection().clipTokens() > 0;
        int batches = batches(images.size(0));
        List<Seen> seen = new ArrayList<>();
        for (int b = 0; b < batches; b++) {
            int first = b * settings.batch();
            INDArray part = rows(images, first, Math.min(first + settings.batch(), images.size(0)));
            INDArray latents =
                    parts.reader()
                            .read(part, settings.reading(first, told(Stage.READING, b, batches)));
            INDArray embedded = clip ? parts.imageEncoder().orElseThrow().embed(part) : null;
            for (int i = 0; i < part.size(0); i++) {
                seen.add(
                        new Seen(
                                rows(latents, i, i + 1),
                                clip
                                        ? rows(embedded, i, i + 1)
                                                .reshape('c', 1, 1, embedded.size(1))
                                        : null));
            }
        }
        return seen;
    }

    private List<TaggedText> write(List<ImagePrompt> prompts) {
        List<TaggedText> written = new ArrayList<>();
        for (int first = 0; first < prompts.size(); first += settings.batch()) {
            int last = Math.min(first + settings.batch(), prompts.size());
            long seed = settings.seed() + first;
            AtomicInteger tokens = new AtomicInteger();
            int most = (last - first) * settings.maxNewTokens();
            for (Generation generation :
                    parts.language()
                            .generate(
                                    prompts.subList(first, last),
                                    g -> generator(g, seed, tokens, most))) {
                written.add(tags.parse(generation, parts.language().tokenizer()));
            }
        }
        return written;
    }

    private TextGenerator.Builder generator(
            TextGenerator.Builder generator, long seed, AtomicInteger tokens, int most) {
        generator.maxNewTokens(settings.maxNewTokens()).beams(settings.beams()).seed(seed);
        if (settings.temperature() > 0) {
            generator.temperature(settings.temperature()).topP(settings.topP());
        }
        if (settings.beams() == 1) {
            generator.listener(
                    (prompt, id, text) -> {
                        progress.step(Stage.WRITING, tokens.incrementAndGet(), most);
                        return true;
                    });
        }
        return generator;
    }

    INDArray draw(List<String> descriptions) {
        Require.atLeast(1, "number of descriptions", descriptions.size());
        for (String description : descriptions) {
            Require.that(!description.isBlank(), "description", "'" + description + "'", "a text");
        }
        int batches = batches(descriptions.size());
        List<INDArray> states = new ArrayList<>();
        for (int b = 0; b < batches; b++) { // refuses long texts before any is drawn
            states.add(parts.text().states(part(descriptions, b)));
        }
        INDArray[] drawn = new INDArray[batches];
        for (int b = 0; b < batches; b++) {
            int first = b * settings.batch();
            List<String> part = part(descriptions, b);
            TokenStates language =
                    parts.drawer().needsLanguage() ? parts.language().hidden(part) : null;
            drawn[b] =
                    parts.drawer()
                            .draw(
                                    states.get(b),
                                    language,
                                    settings.drawing(first, told(Stage.DRAWING, b, batches)));
        }
        return batches == 1 ? drawn[0] : Nd4j.concat(0, drawn);
    }

    private List<String> part(List<String> all, int batch) {
        int first = batch * settings.batch();
        return all.subList(first, Math.min(first + settings.batch(), all.size()));
    }

    private int batches(long all) {
        return (int) ((all + settings.batch() - 1) / settings.batch());
    }

    private StepCallback told(Stage stage, int batch, int batches) {
        return step -> {
            progress.step(stage, batch * step.count() + step.index(), batches * step.count());
            return true;
        };
    }

    private static INDArray rows(INDArray array, long from, long to) {
        return array.get(NDArrayIndex.interval(from, to)).dup('c');
    }
}
