package org.dl4jplugins.multimodal.easygen;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.lora.LoraConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/** Tiny models read nine kinds of images from latents that they have not seen. */
class ImageLearningTest {
    private static final HfTokenizer TOKENIZER = Tiny.tokenizer();
    private static final INDArray TRAIN = Tiny.latents(4, 2);
    private static final INDArray TEST = Tiny.latents(1, 3);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    private static List<ImageExample> examples(int count, IntFunction<ImageExample> one) {
        List<ImageExample> examples = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            examples.add(one.apply(i));
        }
        return examples;
    }

    private static List<ImageExample> captions() {
        return examples(36, i -> ImageExample.caption(i, Tiny.DESCRIBE, Tiny.caption(i)));
    }

    private static void train(
            ImageLanguageModel model,
            List<ImageExample> examples,
            ImageLatents images,
            int epochs) {
        model.graph()
                .fit(
                        new ImageExampleIterator.Builder(model, examples, images)
                                .batch(18)
                                .seed(1)
                                .build(),
                        epochs);
    }

    /** Of the nine images, how many get the right answer. */
    private static int right(
            ImageLanguageModel model, String question, IntFunction<String> answer) {
        List<ImagePrompt> prompts = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            prompts.add(ImagePrompt.of(question, TEST.get(NDArrayIndex.interval(i, i + 1))));
        }
        var said = model.generate(prompts, settings -> settings.maxNewTokens(5));
        int right = 0;
        for (int i = 0; i < 9; i++) {
            right += said.get(i).text().strip().equals(answer.apply(i)) ? 1 : 0;
        }
        return right;
    }

    private static void assertRight(
            int least, ImageLanguageModel model, String question, IntFunction<String> answer) {
        int right = right(model, question, answer);
        assertTrue(right >= least, right + " of 9 right: " + question);
    }

    @Test
    void fromNothingWithCaptionsAndQuestions() {
        ImageLanguageModel model =
                ImageLanguageModel.attach(Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                        .tune(Tuning.full(), new Adam(5e-3));
        List<ImageExample> examples = new ArrayList<>(captions());
        examples.addAll(
                examples(36, i -> ImageExample.question(i, "what color is it ?", Tiny.color(i))));
        examples.addAll(
                examples(36, i -> ImageExample.question(i, "what shape is it ?", Tiny.shape(i))));
        train(model, examples, ImageLatents.of(TRAIN), 20);
        assertRight(8, model, Tiny.DESCRIBE, Tiny::caption);
        assertRight(8, model, "what color is it ?", Tiny::color);
        assertRight(8, model, "what shape is it ?", Tiny::shape);
    }

    /** A language model that answers about words in its prompt learns to see by projections. */
    @Test
    void aFrozenLanguageModelReadsProjectedTokens() {
        ImageLanguageModel speaker =
                ImageLanguageModel.attach(Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                        .tune(Tuning.full(), new Adam(5e-3));
        train(
                speaker,
                examples(
                        36,
                        i ->
                                ImageExample.text(
                                        "<Img> "
                                                + Tiny.color(i)
                                                + " "
                                                + Tiny.shape(i)
                                                + " </Img> it",
                                        Tiny.caption(i))),
                ImageLatents.of(TRAIN),
                60);
        ImageLanguageModel frozen = speaker.tune(Tuning.projection(), new Adam(1e-2));
        int before = right(frozen, "it", Tiny::caption);
        train(
                frozen,
                examples(36, i -> ImageExample.caption(i, "it", Tiny.caption(i))),
                ImageLatents.of(TRAIN),
                40);
        assertRight(Math.max(8, before + 1), frozen, "it", Tiny::caption);
        ImageLanguageModel lora =
                frozen.tune(
                        Tuning.lora(new LoraConfig.Builder().allLinear().rank(4).build()),
                        new Adam(1e-2));
        train(
                lora,
                examples(36, i -> ImageExample.question(i, "what color ?", Tiny.color(i))),
                ImageLatents.of(TRAIN),
                20);
        assertRight(8, lora, "what color ?", Tiny::color);
    }

    /** Only the projection is trained, by captions and by the encoder's states of captions. */
    @Test
    void midAlignWithAFrozenT5() {
        IntFunction<String> caption = i -> Tiny.color(i) + " " + Tiny.shape(i);
        ImageLanguageModel speaker =
                new ImageLanguageModel.Builder(Tiny.t5(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                        .alignment(Alignment.MID)
                        .build()
                        .tune(Tuning.full(), new Adam(5e-3));
        train(
                speaker,
                examples(36, i -> ImageExample.text(caption.apply(i), caption.apply(i))),
                ImageLatents.of(TRAIN),
                80);
        List<ImageExample> captions =
                examples(36, i -> ImageExample.caption(i, "it", caption.apply(i)));
        Tuning both = Tuning.projection().matching(0.2);
        ImageLanguageModel model = speaker.tune(both, new Adam(1e-2));
        int before = right(model, "it", caption);
        double start = distance(model, captions);
        train(model, captions, ImageLatents.of(TRAIN), 60);
        assertRight(Math.max(8, before + 1), model, "it", caption);
        double matched = distance(model, captions);
        assertTrue(matched < start / 2, matched + " after, " + start + " before");
        ImageLanguageModel textOnly = speaker.tune(Tuning.projection(), new Adam(1e-2));
        train(textOnly, captions, ImageLatents.of(TRAIN), 60);
        double unmatched = distance(textOnly.tune(both, new Adam(1e-2)), captions);
        assertTrue(matched < unmatched / 2, matched + " with L_ITDM, " + unmatched + " without");
    }

    /** Mean squared difference of projected latents and the encoder's states of captions. */
    private static double distance(ImageLanguageModel model, List<ImageExample> captions) {
        MultiDataSet batch =
                new ImageExampleIterator.Builder(model, captions, ImageLatents.of(TRAIN))
                        .batch(captions.size())
                        .build()
                        .next();
        INDArray projected =
                model.graph().output(false, batch.getFeatures(), batch.getFeaturesMaskArrays())[1];
        return projected.squaredDistance(batch.getLabels(1)) / projected.length();
    }

    /** Trained on latents of texts alone, the model reads those of images. */
    @Test
    void captionPreTrainingOnStandIns() {
        List<String> texts = captions().stream().map(e -> e.caption().orElseThrow()).toList();
        INDArray clean = Tiny.prototypes();
        ImageLatents standIns =
                new TextStandIns.Builder(
                                texts,
                                batch -> {
                                    INDArray latents = Nd4j.create(batch.size(), 2, 5);
                                    for (int i = 0; i < batch.size(); i++) {
                                        latents.slice(i)
                                                .assign(clean.slice(texts.indexOf(batch.get(i))));
                                    }
                                    return latents;
                                })
                        .noise(0.1)
                        .build();
        ImageLanguageModel model =
                ImageLanguageModel.attach(Tiny.llama(DataType.FLOAT), TOKENIZER, Tiny.PROJECTION)
                        .tune(Tuning.full(), new Adam(5e-3));
        train(model, captions(), standIns, 40);
        assertRight(8, model, Tiny.DESCRIBE, Tiny::caption);
    }
}
