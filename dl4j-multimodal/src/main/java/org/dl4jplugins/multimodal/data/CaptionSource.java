package org.dl4jplugins.multimodal.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Picture files with their captions; a picture with several captions is as many pairs. */
public final class CaptionSource implements ImageTextSource {
    private final List<CaptionedImage> images = new ArrayList<>();
    private final List<String> captions = new ArrayList<>();
    private final ImageLoader loader;

    /**
     * @param captioned pictures, at least one
     * @param loader decides the size
     */
    public CaptionSource(List<CaptionedImage> captioned, ImageLoader loader) {
        Ensure.that(!captioned.isEmpty(), "captioned", "none", "at least one picture");
        for (CaptionedImage one : captioned) {
            for (String caption : one.captions()) {
                images.add(one);
                captions.add(caption);
            }
        }
        this.loader = loader;
    }

    @Override
    public int size() {
        return captions.size();
    }

    @Override
    public INDArray image(int number) throws IOException {
        return loader.load(images.get(number).image());
    }

    @Override
    public String text(int number) {
        return captions.get(number);
    }
}
