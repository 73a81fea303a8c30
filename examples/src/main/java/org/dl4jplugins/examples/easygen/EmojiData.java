package org.dl4jplugins.examples.easygen;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.data.CaptionedImage;
import org.dl4jplugins.multimodal.data.EmojiFiles;
import org.dl4jplugins.multimodal.data.ImageLoader;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Emoji with their names, in a part to learn and one to test.
 *
 * @param pictures [emoji, 3, side, side] in [-1, 1], on white
 * @param names of each, words in small letters
 */
record EmojiData(INDArray pictures, List<String> names) {

    private static final int WHITE = 0xFFFFFF;

    /** Training and held-out emoji. */
    record Split(EmojiData training, EmojiData heldOut) {

        /** A tokenizer of the words of all names. */
        HfTokenizer tokenizer() {
            List<String> words = new ArrayList<>();
            for (EmojiData data : List.of(training, heldOut)) {
                data.names.forEach(name -> words.addAll(Arrays.asList(name.split(" "))));
            }
            return WordTokenizer.of(words.stream().distinct().sorted().toList(), List.of(), false);
        }

        /** Words of the longest name. */
        int longest() {
            return Collections.max(
                    List.of(training, heldOut).stream()
                            .flatMap(data -> data.names.stream())
                            .map(name -> name.split(" ").length)
                            .toList());
        }
    }

    static Split read(EmojiSettings settings, Path folder) throws IOException {
        List<CaptionedImage> all =
                new ArrayList<>(EmojiFiles.read(folder, Set.copyOf(settings.categories())));
        Collections.shuffle(all, new Random(settings.seed()));
        int held = (int) Math.ceil(settings.heldOut() * all.size());
        if (held >= all.size()) {
            throw new IllegalArgumentException(
                    "heldOut " + settings.heldOut() + " of " + all.size() + " emoji leaves none");
        }
        return new Split(
                load(all.subList(held, all.size()), settings.side()),
                load(all.subList(0, held), settings.side()));
    }

    private static EmojiData load(List<CaptionedImage> emoji, int side) throws IOException {
        ImageLoader loader = new ImageLoader.Builder(side, side).background(WHITE).build();
        List<INDArray> pictures = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (CaptionedImage one : emoji) {
            pictures.add(loader.load(one.image()).reshape('c', 1, 3, side, side));
            names.add(words(one.captions().get(0)));
        }
        return new EmojiData(Nd4j.concat(0, pictures.toArray(INDArray[]::new)), names);
    }

    private static String words(String name) {
        String words = name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ").strip();
        return words.isEmpty() ? "unknown" : words;
    }

    int count() {
        return names.size();
    }
}
