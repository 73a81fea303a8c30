package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.NullWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Reads conversations about pictures for DataVec: one record {@code [picture, id, question,
 * answer]} for each answer, an {@link NDArrayWritable} [1, channel, height, width] in [-1, 1] (a
 * {@link NullWritable} where there is no picture) and three {@link Text}s. Earlier turns have no
 * column; {@link #examples()} gives them. The input split holds the files of {@link
 * ConversationFiles}.
 */
public final class ConversationRecordReader
        extends EntryRecordReader<ConversationRecordReader.Example> {
    private static final long serialVersionUID = 1;

    private final transient Path folder;
    private final transient ImageLoader loader;

    /**
     * One answer of a conversation.
     *
     * @param conversation all of it
     * @param round which question and answer, from 0
     */
    public record Example(ImageConversation conversation, int round) {}

    /**
     * @param folder of the pictures
     * @param loader decides their size
     */
    public ConversationRecordReader(Path folder, ImageLoader loader) {
        this.folder = folder;
        this.loader = loader;
    }

    /** Conversations and rounds, in the records' order. */
    public List<Example> examples() {
        return all();
    }

    @Override
    List<Example> entries(Path file) throws IOException {
        return ConversationFiles.read(file, folder).stream()
                .flatMap(
                        conversation ->
                                IntStream.range(0, conversation.rounds())
                                        .mapToObj(round -> new Example(conversation, round)))
                .toList();
    }

    @Override
    List<Writable> record(Example example) throws IOException {
        ImageConversation conversation = example.conversation();
        Writable image =
                conversation.image().isPresent()
                        ? new NDArrayWritable(loader.load(conversation.image().get()))
                        : NullWritable.INSTANCE;
        return List.of(
                image,
                new Text(conversation.id()),
                new Text(conversation.question(example.round())),
                new Text(conversation.answer(example.round())));
    }
}
