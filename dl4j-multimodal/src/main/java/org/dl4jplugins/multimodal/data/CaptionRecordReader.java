package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.datavec.api.writable.NDArrayWritable;
import org.datavec.api.writable.Text;
import org.datavec.api.writable.Writable;

/**
 * Reads pictures with captions for DataVec: one record {@code [picture, caption]} for each caption,
 * an {@link NDArrayWritable} [1, channel, height, width] in [-1, 1] and a {@link Text}. The input
 * split holds the files of captions, in the forms of {@link CaptionFiles}; pictures are read with
 * their records.
 *
 * <pre>{@code
 * RecordReader reader = new CaptionRecordReader(imageFolder, loader);
 * reader.initialize(new FileSplit(new File("captions_train2017.json")));
 * }</pre>
 */
public final class CaptionRecordReader extends EntryRecordReader<CaptionedImage> {
    private static final long serialVersionUID = 1;

    private final transient Path folder;
    private final transient ImageLoader loader;

    /**
     * @param folder of the pictures
     * @param loader decides their size
     */
    public CaptionRecordReader(Path folder, ImageLoader loader) {
        this.folder = folder;
        this.loader = loader;
    }

    /** Pictures with one caption each, in the records' order. */
    public List<CaptionedImage> examples() {
        return all();
    }

    @Override
    List<CaptionedImage> entries(Path file) throws IOException {
        List<CaptionedImage> single = new ArrayList<>();
        for (CaptionedImage image : CaptionFiles.read(file, folder)) {
            for (String caption : image.captions()) {
                single.add(new CaptionedImage(image.image(), List.of(caption)));
            }
        }
        return single;
    }

    @Override
    List<Writable> record(CaptionedImage entry) throws IOException {
        return List.of(
                new NDArrayWritable(loader.load(entry.image())), new Text(entry.captions().get(0)));
    }
}
