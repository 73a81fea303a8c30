package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.dl4jplugins.align.transformer.TokenStates;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Examples as batches for a model's graph. */
final class ImageBatches {
    private final ImageLanguageModel model;
    private final ImageLatents latents;
    private final DataType type;

    ImageBatches(ImageLanguageModel model, ImageLatents latents) {
        this.model = model;
        this.latents = latents;
        type = model.graph().getConfiguration().getDataType();
    }

    MultiDataSet of(List<ImageExample> examples, List<ExampleTokens> tokens) {
        List<INDArray> features = new ArrayList<>();
        List<INDArray> masks = new ArrayList<>();
        int filler = model.text().filler();
        List<int[]> ids = tokens.stream().map(ExampleTokens::input).toList();
        features.add(TokenArrays.ids(ids, filler, type));
        masks.add(TokenArrays.mask(ids, type));
        if (model.hasEncoder()) {
            List<int[]> decoder = tokens.stream().map(ExampleTokens::decoder).toList();
            features.add(TokenArrays.ids(decoder, filler, type));
            masks.add(TokenArrays.mask(decoder, type));
        }
        for (ImageInputs input : images(examples)) {
            features.add(input.values());
            masks.add(input.mask());
        }
        List<INDArray> labels = new ArrayList<>();
        List<INDArray> labelMasks = new ArrayList<>();
        labels.add(
                TokenArrays.ids(tokens.stream().map(ExampleTokens::labels).toList(), filler, type));
        labelMasks.add(
                TokenArrays.flags(tokens.stream().map(ExampleTokens::learned).toList(), type));
        if (model.matches()) {
            addMatch(examples, (int) features.get(2).size(1), labels, labelMasks);
        }
        return new MultiDataSet(array(features), array(labels), array(masks), array(labelMasks));
    }

    private List<ImageInputs> images(List<ImageExample> examples) {
        int[] counts = examples.stream().mapToInt(e -> e.images().length).toArray();
        int[] numbers = examples.stream().flatMapToInt(e -> Arrays.stream(e.images())).toArray();
        INDArray all = numbers.length == 0 ? null : latents.latents(numbers);
        INDArray clip =
                numbers.length == 0 || !model.projection().hasClip() ? null : latents.clip(numbers);
        Require.that(
                numbers.length == 0 || !model.projection().hasClip() || clip != null,
                "clip states of the images",
                null,
                "given, as the projection has a CLIP branch");
        return model.images(rows(all, counts), rows(clip, counts));
    }

    private static List<INDArray> rows(INDArray images, int[] counts) {
        return images == null
                ? new ArrayList<>(Collections.nCopies(counts.length, null))
                : ImageInputs.split(images, counts);
    }

    /**
     * Adds what projected latents are compared with. Each caption's tokens weigh N over their
     * number, so that the loss of an example is the mean over them.
     */
    private void addMatch(
            List<ImageExample> examples, int time, List<INDArray> labels, List<INDArray> masks) {
        int tokens = model.projection().tokens();
        INDArray states = Nd4j.zeros(type, examples.size(), time, model.width());
        INDArray mask = Nd4j.zeros(type, examples.size(), time);
        List<Integer> captioned = new ArrayList<>();
        List<String> captions = new ArrayList<>();
        for (int b = 0; b < examples.size(); b++) {
            if (examples.get(b).caption().isPresent()) {
                captioned.add(b);
                captions.add(examples.get(b).caption().get());
            }
        }
        if (!captions.isEmpty()) {
            TokenStates given = new TextStates(model, model.text()).cut(captions, tokens);
            for (int i = 0; i < captioned.size(); i++) {
                int count = given.mask().getRow(i).sumNumber().intValue();
                var first = NDArrayIndex.interval(0, count);
                var row = NDArrayIndex.point(captioned.get(i));
                states.get(row, first, NDArrayIndex.all())
                        .assign(
                                given.values()
                                        .get(NDArrayIndex.point(i), first, NDArrayIndex.all()));
                mask.get(row, first).assign((double) time / count);
            }
        }
        labels.add(states);
        masks.add(mask);
    }

    private static INDArray[] array(List<INDArray> list) {
        return list.toArray(new INDArray[0]);
    }
}
