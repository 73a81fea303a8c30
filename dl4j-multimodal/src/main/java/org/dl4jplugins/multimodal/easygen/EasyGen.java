package org.dl4jplugins.multimodal.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A language model that reads and draws images: captions, answers, drawings and conversations in
 * both directions (EasyGen, ACL 2024).
 *
 * <p>Images are [batch, channels, height, width] in [-1, 1], of the size that the diffusion model
 * was trained on or another multiple of its patch. The same seed, inputs and batches give the same
 * results; within a batch each image has random numbers of its own. The parts are used, not copied,
 * and not by several threads at once.
 *
 * <pre>{@code
 * EasyGen easyGen = EasyGen.load(folder);
 * INDArray image = easyGen.draw("a red circle");
 * String caption = easyGen.caption(image);
 * String answer = easyGen.answer(image, "What color is the circle?");
 * ChatReply reply = easyGen.chat(List.of(ChatTurn.user("Show me the same in blue.", image)));
 * reply.images(); // drawn as the reply describes
 * }</pre>
 */
public final class EasyGen implements AutoCloseable {
    private final EasyGenParts parts;
    private final EasyGenSettings settings;
    private final EasyGenRun run;

    EasyGen(EasyGenParts parts, EasyGenSettings settings, EasyGenProgress progress) {
        this.parts = parts;
        this.settings = settings;
        run = new EasyGenRun(parts, settings, progress);
    }

    /**
     * Puts a pipeline together.
     *
     * @param parts that fit each other
     * @param settings how it samples
     */
    public EasyGen(EasyGenParts parts, EasyGenSettings settings) {
        this(
                Objects.requireNonNull(parts, "parts"),
                Objects.requireNonNull(settings, "settings"),
                (stage, done, total) -> {});
    }

    /**
     * Reads a pipeline that {@link #save} wrote.
     *
     * @param folder with {@code easygen.json} in it
     * @return the pipeline
     * @throws IOException if a file is missing or cannot be read
     * @throws IllegalArgumentException if files are not those that were saved, or contradict each
     *     other, naming what was expected
     */
    public static EasyGen load(Path folder) throws IOException {
        return EasyGenFiles.load(folder);
    }

    /**
     * Writes the pipeline. The folder appears when it is complete; one that was there before is
     * replaced then. Everything is in single precision, adapters of the language model are merged.
     *
     * @param folder to be created or replaced; if it exists, it must be empty or hold a pipeline
     * @throws IOException if it cannot be written; what was there is then unchanged
     * @throws IllegalArgumentException if a part cannot be saved, naming it
     */
    public void save(Path folder) throws IOException {
        EasyGenFiles.save(this, folder);
    }

    /** {@return what the pipeline is made of} */
    public EasyGenParts parts() {
        return parts;
    }

    /** {@return how it samples} */
    public EasyGenSettings settings() {
        return settings;
    }

    /**
     * The same parts with other settings.
     *
     * @param settings how to sample
     * @return a pipeline without progress
     */
    public EasyGen with(EasyGenSettings settings) {
        return new EasyGen(parts, settings);
    }

    /**
     * The same with another seed.
     *
     * @param seed of all random numbers
     * @return a pipeline without progress
     */
    public EasyGen withSeed(long seed) {
        return with(new EasyGenSettings.Builder(settings).seed(seed).build());
    }

    /**
     * The same pipeline that tells how far it has come.
     *
     * @param progress is told of each step
     * @return a pipeline
     */
    public EasyGen withProgress(EasyGenProgress progress) {
        return new EasyGen(parts, settings, Objects.requireNonNull(progress, "progress"));
    }

    /**
     * Says what an image shows.
     *
     * @param image [channels, height, width] or [1, channels, height, width]
     * @return its caption
     * @throws IllegalArgumentException if the image does not fit, naming what was expected
     */
    public String caption(INDArray image) {
        return captions(one(image)).get(0);
    }

    /**
     * Says what images show.
     *
     * @param images [batch, channels, height, width]
     * @return a caption for each
     * @throws IllegalArgumentException if the images do not fit, naming what was expected
     */
    public List<String> captions(INDArray images) {
        requireBatch(images);
        List<String> prompts = Collections.nCopies((int) images.size(0), settings.captionPrompt());
        return answers(images, prompts);
    }

    /**
     * Answers a question about an image.
     *
     * @param image [channels, height, width] or [1, channels, height, width]
     * @param question any text
     * @return the answer
     * @throws IllegalArgumentException if the image does not fit, naming what was expected
     */
    public String answer(INDArray image, String question) {
        return answers(one(image), List.of(question)).get(0);
    }

    /**
     * Answers a question about each of several images.
     *
     * @param images [batch, channels, height, width]
     * @param questions one for each image
     * @return an answer for each
     * @throws IllegalArgumentException if the images do not fit, or there are not as many questions
     */
    public List<String> answers(INDArray images, List<String> questions) {
        requireBatch(images);
        Require.that(
                images.size(0) == questions.size(),
                "number of questions",
                questions.size(),
                "that of the images [batch, channels, height, width], "
                        + Arrays.toString(images.shape()));
        return run.answers(images, questions);
    }

    /**
     * Draws what a text describes.
     *
     * @param description of an image
     * @return [1, channels, height, width] in [-1, 1]
     * @throws IllegalArgumentException if the text is blank or too long
     */
    public INDArray draw(String description) {
        return draw(List.of(description));
    }

    /**
     * Draws what texts describe.
     *
     * @param descriptions of one image each
     * @return [batch, channels, height, width] in [-1, 1]
     * @throws IllegalArgumentException if there is none, or one is blank or too long
     */
    public INDArray draw(List<String> descriptions) {
        return run.draw(descriptions);
    }

    /**
     * Answers the last turn of a conversation, in words and images.
     *
     * @param turns (system,) user, assistant, ..., user
     * @return words, and images for what they describe between image tags
     * @throws IllegalArgumentException if turns are out of order or images do not fit, or the model
     *     describes an image in more words than the text encoder reads and refuses to cut ({@link
     *     ClipTextLatents#longText})
     */
    public ChatReply chat(List<ChatTurn> turns) {
        return chats(List.of(turns)).get(0);
    }

    /**
     * Answers the last turns of several conversations.
     *
     * @param conversations each as for {@link #chat}
     * @return a reply to each
     * @throws IllegalArgumentException if turns are out of order or images do not fit, or the model
     *     describes an image in more words than the text encoder reads and refuses to cut ({@link
     *     ClipTextLatents#longText})
     */
    public List<ChatReply> chats(List<List<ChatTurn>> conversations) {
        return run.chats(conversations);
    }

    /** Lets go the tokenizers: of a pipeline that was loaded, or whose parts are not needed. */
    @Override
    public void close() {
        parts.language().tokenizer().close();
        if (parts.text() instanceof ClipTextLatents text) {
            text.tokenizer().close();
        }
    }

    private static void requireBatch(INDArray images) {
        Require.that(
                images.rank() == 4,
                "images",
                "shape " + Arrays.toString(images.shape()),
                "[batch, channels, height, width]");
    }

    private static INDArray one(INDArray image) {
        boolean alone = image.rank() == 3;
        INDArray batch =
                alone
                        ? image.dup('c')
                                .reshape('c', 1, image.size(0), image.size(1), image.size(2))
                        : image;
        Require.that(
                batch.rank() == 4 && batch.size(0) == 1,
                "image",
                "shape " + Arrays.toString(image.shape()),
                "[channels, height, width] or [1, channels, height, width]");
        return batch;
    }
}
