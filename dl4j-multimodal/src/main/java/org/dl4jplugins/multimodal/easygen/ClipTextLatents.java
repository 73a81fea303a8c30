package org.dl4jplugins.multimodal.easygen;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.multimodal.data.LongText;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Texts as the states of CLIP's text encoder, narrowed by a caption model or as they are. A text is
 * ended by the encoder's end token and filled up with it to the length of the text window.
 */
public final class ClipTextLatents implements TextLatents {
    private static final Logger LOG = LoggerFactory.getLogger(ClipTextLatents.class);

    private final ClipTextEncoder encoder;
    private final HfTokenizer tokenizer;
    private final CaptionModel captions;
    private final LongText longText;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Texts as latents, those that are too long refused.
     *
     * @param encoder CLIP's
     * @param tokenizer of the encoder; stays open
     * @param captions narrows states to latents; null if they are latents as they are
     * @throws IllegalArgumentException if the three do not fit each other
     */
    public ClipTextLatents(ClipTextEncoder encoder, HfTokenizer tokenizer, CaptionModel captions) {
        this(encoder, tokenizer, captions, LongText.REFUSE);
    }

    /**
     * Texts as latents.
     *
     * @param encoder CLIP's
     * @param tokenizer of the encoder; stays open
     * @param captions narrows states to latents; null if they are latents as they are
     * @param longText what becomes of texts that are too long for the encoder
     * @throws IllegalArgumentException if the three do not fit each other
     */
    public ClipTextLatents(
            ClipTextEncoder encoder,
            HfTokenizer tokenizer,
            CaptionModel captions,
            LongText longText) {
        this.encoder = Objects.requireNonNull(encoder, "encoder");
        this.tokenizer = Objects.requireNonNull(tokenizer, "tokenizer");
        this.captions = captions;
        this.longText = Objects.requireNonNull(longText, "longText");
        ClipConfig sizes = encoder.config();
        Require.that(
                tokenizer.vocabularySize() <= sizes.vocabulary(),
                "vocabulary of the tokenizer",
                tokenizer.vocabularySize() + " tokens",
                "at most that of the text encoder, " + sizes.vocabulary());
        if (captions != null) {
            Require.that(
                    captions.config().stateTokens() == sizes.positions(),
                    "stateTokens of the caption model",
                    captions.config().stateTokens(),
                    "positions of the text encoder, " + sizes.positions());
            Require.that(
                    captions.config().stateWidth() == sizes.text().width(),
                    "stateWidth of the caption model",
                    captions.config().stateWidth(),
                    "width of the text encoder, " + sizes.text().width());
        }
    }

    /** {@return the text encoder} */
    public ClipTextEncoder encoder() {
        return encoder;
    }

    /** {@return its tokenizer} */
    public HfTokenizer tokenizer() {
        return tokenizer;
    }

    /** {@return what becomes of texts that are too long} */
    public LongText longText() {
        return longText;
    }

    @Override
    public Optional<CaptionModel> captions() {
        return Optional.ofNullable(captions);
    }

    @Override
    public int tokens() {
        return encoder.config().positions();
    }

    @Override
    public int stateWidth() {
        return encoder.config().text().width();
    }

    @Override
    public INDArray states(List<String> texts) {
        return encoder.states(ids(texts));
    }

    /**
     * Texts as the encoder takes them, also for CLIP's own training.
     *
     * @param texts at least one
     * @return ids [batch, {@link #tokens}]
     * @throws IllegalArgumentException if there is no text, or one is refused for its length
     */
    public INDArray ids(List<String> texts) {
        Require.atLeast(1, "number of texts", texts.size());
        float[][] rows = new float[texts.size()][tokens()];
        for (int b = 0; b < rows.length; b++) {
            Arrays.fill(rows[b], encoder.config().endToken());
            int[] ids = fitted(texts.get(b));
            for (int t = 0; t < ids.length; t++) {
                rows[b][t] = ids[t];
            }
        }
        return Nd4j.createFromArray(rows);
    }

    /** Its tokens up to, without, the end token. */
    private int[] fitted(String text) {
        int[] ids = tokenizer.encode(text);
        int length = 0;
        while (length < ids.length && ids[length] != encoder.config().endToken()) {
            length++;
        }
        int room = tokens() - 1;
        if (length > room) {
            String message =
                    "The text '"
                            + text
                            + "' has "
                            + length
                            + " tokens, the text window holds "
                            + room
                            + " and the end";
            if (longText == LongText.REFUSE) {
                throw new IllegalArgumentException(message);
            }
            if (!warned.getAndSet(true)) {
                LOG.warn("{}; it is cut off, and so are others without further warnings", message);
            }
        }
        return Arrays.copyOf(ids, Math.min(length, room));
    }
}
