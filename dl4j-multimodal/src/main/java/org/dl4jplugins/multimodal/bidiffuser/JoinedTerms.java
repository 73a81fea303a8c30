package org.dl4jplugins.multimodal.bidiffuser;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The examples of all terms as one batch of the U-ViT.
 *
 * @param config sizes of the network
 * @param terms of the objective
 * @param noised their examples, in the same order
 */
record JoinedTerms(UViTConfig config, List<ObjectiveTerm> terms, List<NoisedTerm> noised) {

    /** Inputs, targets and weights as label masks. */
    MultiDataSet batch(INDArray dataTypes, int steps) {
        ImageText input = join(NoisedTerm::input);
        ImageText target = join(NoisedTerm::target);
        INDArray[] inputs =
                Network.inputs(
                        config,
                        input,
                        column(numbers(NoisedTerm::imageTimes), steps),
                        column(numbers(NoisedTerm::textTimes), steps),
                        dataTypes);
        List<INDArray> labels = new ArrayList<>(List.of(target.image().latent()));
        List<INDArray> masks = new ArrayList<>();
        masks.add(weights(true, ObjectiveTerm::imageWeight));
        if (config.clipWidth() > 0) {
            labels.add(target.image().clip());
            masks.add(weights(true, ObjectiveTerm::clipWeight));
        }
        labels.add(target.text());
        masks.add(weights(false, ObjectiveTerm::textWeight));
        return new MultiDataSet(
                inputs, labels.toArray(INDArray[]::new), null, masks.toArray(INDArray[]::new));
    }

    private INDArray column(double[] values, double factor) {
        return Network.column(values, factor, noised.get(0).input().text().dataType());
    }

    private INDArray weights(boolean image, Function<ObjectiveTerm, Double> weight) {
        List<Double> weights = new ArrayList<>();
        long rows = noised.stream().mapToLong(t -> t.input().batch()).sum();
        for (int i = 0; i < terms.size(); i++) {
            ObjectiveTerm term = terms.get(i);
            boolean condition = !(image ? term.noisesImage() : term.noisesText());
            boolean[] kept = noised.get(i).kept();
            double share = (double) rows / kept.length; // the mean of a term is over its own rows
            for (boolean k : kept) {
                weights.add(condition && !k ? 0 : share * weight.apply(term));
            }
        }
        double[] values = weights.stream().mapToDouble(Double::doubleValue).toArray();
        return column(values, 1);
    }

    private double[] numbers(Function<NoisedTerm, double[]> part) {
        return noised.stream().map(part).flatMapToDouble(Arrays::stream).toArray();
    }

    private ImageText join(Function<NoisedTerm, ImageText> part) {
        List<ImageText> parts = noised.stream().map(part).toList();
        boolean clip = parts.get(0).image().clip() != null;
        return new ImageText(
                new ImageLatent(
                        concat(parts, p -> p.image().latent()),
                        clip ? concat(parts, p -> p.image().clip()) : null),
                concat(parts, ImageText::text));
    }

    private static INDArray concat(List<ImageText> parts, Function<ImageText, INDArray> part) {
        return parts.size() == 1
                ? part.apply(parts.get(0))
                : Nd4j.concat(0, parts.stream().map(part).toArray(INDArray[]::new));
    }
}
