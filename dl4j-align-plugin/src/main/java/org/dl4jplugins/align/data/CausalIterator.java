package org.dl4jplugins.align.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Batches for a decoder that predicts the next token. One input, one output:
 *
 * <ul>
 *   <li>features: {@code input_ids} [batch, time], with mask [batch, time]
 *   <li>labels: ids [batch, time] shifted by one, {@code labels[t] = ids[t + 1]}, with mask [batch,
 *       time] of the tokens that are learned
 * </ul>
 *
 * A sequence of n tokens takes n - 1 time steps: its last token is only predicted.
 */
public abstract class CausalIterator extends TextIterator {

    private final List<LabeledTokens> rows;
    private final int filler;

    CausalIterator(
            TextIterator.Builder<?> builder,
            TextEncoder encoder,
            List<LabeledTokens> rows,
            EncodingSummary summary) {
        super(builder, rows.stream().mapToInt(LabeledTokens::size).toArray(), summary);
        this.rows = rows;
        filler = Padded.filler(encoder);
    }

    /** Counts what rows hold. */
    static EncodingSummary summarize(
            int examples, List<LabeledTokens> rows, List<String> skipped, int truncated) {
        long tokens = 0;
        long learned = 0;
        int longest = 0;
        for (LabeledTokens row : rows) {
            tokens += row.size();
            learned += row.labels() - (row.learned()[0] ? 1 : 0);
            longest = Math.max(longest, row.size());
        }
        return new EncodingSummary(
                examples, rows.size(), skipped, truncated, tokens, learned, longest);
    }

    @Override
    final MultiDataSet load(int[] numbers) {
        return batch(Arrays.stream(numbers).mapToObj(rows::get).toList(), this, filler);
    }

    /** A batch of these rows. */
    static MultiDataSet batch(List<LabeledTokens> rows, TextIterator settings, int filler) {
        List<int[]> inputs = new ArrayList<>();
        List<int[]> labels = new ArrayList<>();
        List<boolean[]> learned = new ArrayList<>();
        for (LabeledTokens row : rows) {
            inputs.add(Arrays.copyOf(row.ids(), row.size() - 1));
            labels.add(Arrays.copyOfRange(row.ids(), 1, row.size()));
            learned.add(Arrays.copyOfRange(row.learned(), 1, row.size()));
        }
        int time = settings.padded(Padded.longest(inputs));
        return new org.nd4j.linalg.dataset.MultiDataSet(
                new INDArray[] {Padded.ids(inputs, time, filler, settings.dataType())},
                new INDArray[] {Padded.ids(labels, time, filler, settings.dataType())},
                new INDArray[] {Padded.mask(inputs, time, settings.dataType())},
                new INDArray[] {Padded.flags(learned, time, settings.dataType())});
    }
}
