package org.dl4jplugins.multimodal.easygen;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.dl4jplugins.align.transformer.HiddenStates;
import org.dl4jplugins.align.transformer.PromptInputs;
import org.dl4jplugins.align.transformer.TokenStates;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A language model's states of texts without images. */
final class TextStates {
    private final ImageLanguageModel model;
    private final PromptText text;

    TextStates(ImageLanguageModel model, PromptText text) {
        this.model = model;
        this.text = text;
    }

    TokenStates of(List<String> texts) {
        Require.atLeast(1, "number of texts", texts.size());
        List<int[]> rows = new ArrayList<>();
        for (String one : texts) {
            rows.add(model.hasEncoder() ? text.ended(one) : begun(one));
            Require.atLeast(1, "tokens of '" + one + "'", rows.get(rows.size() - 1).length);
        }
        return ofTokens(rows);
    }

    private TokenStates ofTokens(List<int[]> rows) {
        DataType type = model.graph().getConfiguration().getDataType();
        INDArray ids = TokenArrays.ids(rows, text.filler(), type);
        INDArray mask = TokenArrays.mask(rows, type);
        HiddenStates states =
                model.hasEncoder()
                        ? new HiddenStates(model.graph(), model.encoded())
                        : new HiddenStates(model.graph());
        boolean images = model.alignment() == Alignment.PRE;
        List<INDArray> none = Collections.nCopies(rows.size(), null);
        return states.of(
                ids,
                mask,
                images ? ImageGeneration.named(model.images(none, none)) : PromptInputs.none());
    }

    /** The encoder's states of captions, each cut or filled up to a number of tokens. */
    TokenStates cut(List<String> captions, int tokens) {
        return ofTokens(
                captions.stream()
                        .map(text::ended)
                        .map(ids -> ids.length > tokens ? Arrays.copyOf(ids, tokens) : ids)
                        .toList());
    }

    private int[] begun(String one) {
        int[] ids = text.encoder().encode(one);
        OptionalInt begin = text.encoder().beginToken();
        if (begin.isEmpty()) {
            return ids;
        }
        int[] begun = new int[ids.length + 1];
        begun[0] = begin.getAsInt();
        System.arraycopy(ids, 0, begun, 1, ids.length);
        return begun;
    }
}
