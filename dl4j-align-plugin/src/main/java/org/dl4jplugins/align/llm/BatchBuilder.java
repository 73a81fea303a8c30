package org.dl4jplugins.align.llm;

import ai.djl.huggingface.tokenizers.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Cuts encoded texts and fills them up to one length. */
final class BatchBuilder {
    private final EncodingOptions options;
    private final int pad;

    BatchBuilder(EncodingOptions options, int pad) {
        this.options = options;
        this.pad = pad;
    }

    TokenBatch build(List<Encoding> encodings) {
        List<EncodedText> rows = new ArrayList<>();
        int longest = 0;
        for (Encoding encoding : encodings) {
            EncodedText row =
                    EncodedText.of(encoding).cut(options.maxLength(), options.truncationSide());
            Need.that(
                    row.length() > 0,
                    "text " + rows.size(),
                    "without tokens",
                    "a text with at least one; leave empty texts out or let special tokens be"
                            + " added");
            rows.add(row);
            longest = Math.max(longest, row.length());
        }
        return fill(rows, length(longest));
    }

    private int length(int longest) {
        int least = options.padToMaxLength() ? options.maxLength() : longest;
        int multiple = options.multipleOf();
        return (least + multiple - 1) / multiple * multiple;
    }

    private TokenBatch fill(List<EncodedText> rows, int length) {
        double[][] ids = new double[rows.size()][length];
        double[][] mask = new double[rows.size()][length];
        double[][] types = new double[rows.size()][length];
        for (int r = 0; r < rows.size(); r++) {
            EncodedText row = rows.get(r);
            boolean left = options.paddingSide() == EncodingOptions.Side.LEFT;
            int first = left ? length - row.length() : 0;
            Arrays.fill(ids[r], pad);
            for (int i = 0; i < row.length(); i++) {
                ids[r][first + i] = row.ids()[i];
                mask[r][first + i] = 1;
                types[r][first + i] = row.types()[i];
            }
        }
        return new TokenBatch(array(ids), array(mask), array(types));
    }

    private INDArray array(double[][] values) {
        return Nd4j.createFromArray(values).castTo(options.dataType());
    }
}
