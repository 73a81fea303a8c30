package org.dl4jplugins.tests;

import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.dl4jplugins.align.llm.HfCheckpoint;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.llm.LlamaConfig;
import org.dl4jplugins.align.llm.ModelOptions;
import org.dl4jplugins.multimodal.bidiffuser.BiDiffuser;
import org.dl4jplugins.multimodal.data.WordTokenizer;
import org.dl4jplugins.multimodal.easygen.Adapter;
import org.dl4jplugins.multimodal.easygen.AdapterConfig;
import org.dl4jplugins.multimodal.easygen.ClipTextLatents;
import org.dl4jplugins.multimodal.easygen.ImageLanguageModel;
import org.dl4jplugins.multimodal.easygen.ProjectionConfig;
import org.dl4jplugins.multimodal.easygen.TextLatents;
import org.dl4jplugins.multimodal.text.CaptionConfig;
import org.dl4jplugins.multimodal.text.CaptionModel;
import org.dl4jplugins.multimodal.uvit.UViT;
import org.dl4jplugins.multimodal.uvit.UViTConfig;
import org.dl4jplugins.multimodal.vision.ClipConfig;
import org.dl4jplugins.multimodal.vision.ClipTextEncoder;
import org.dl4jplugins.multimodal.vision.ClipTower;
import org.nd4j.linalg.learning.config.Adam;

/** The parts of an EasyGen of random weights. */
final class TinyEasyGen {
    private static final int TOKENS = 8;
    private static final int STATES = 6;
    private static final int LATENT = 4;
    private static final int WIDTH = 16;

    final HfCheckpoint checkpoint;
    final ImageLanguageModel language;
    final BiDiffuser biDiffuser;
    final TextLatents texts;
    final Adapter adapter;

    TinyEasyGen() {
        HfTokenizer tokenizer =
                WordTokenizer.of(
                        List.of(
                                "a red blue circle color the is it of describe image draw same in what user assistant"
                                        .split(" ")),
                        List.of("<Img>", "</Img>", "<image>"));
        int words = tokenizer.vocabularySize();
        checkpoint =
                HfCheckpoint.create(
                        new LlamaConfig.Builder(words)
                                .hiddenSize(WIDTH)
                                .intermediateSize(24)
                                .blocks(1)
                                .heads(2)
                                .maxPositions(128)
                                .padToken(0)
                                .build(),
                        tokenizer,
                        new ModelOptions.Builder().seed(5).dropout(false).build());
        CaptionConfig sizes =
                new CaptionConfig(TOKENS, STATES, LATENT, words, 2, TOKENS, STATES, 2, 1);
        CaptionModel captions = CaptionModel.create(sizes, training());
        ClipConfig clip =
                new ClipConfig.Builder()
                        .image(8, 4, new ClipTower(8, 8, 2, 1))
                        .text(words, TOKENS, new ClipTower(STATES, 8, 2, 1))
                        .endToken(2)
                        .projection(5)
                        .build();
        texts = new ClipTextLatents(ClipTextEncoder.create(clip, training()), tokenizer, captions);
        language =
                ImageLanguageModel.attach(
                        checkpoint.graph(),
                        tokenizer,
                        new ProjectionConfig.Builder(TOKENS, STATES).build());
        UViTConfig uvit =
                new UViTConfig.Builder()
                        .image(3, 8, 8)
                        .patch(4)
                        .width(WIDTH)
                        .depth(2)
                        .heads(2)
                        .text(TOKENS, LATENT)
                        .clipWidth(0)
                        .build();
        biDiffuser = new BiDiffuser(UViT.create(uvit, training()), uvit);
        adapter =
                Adapter.create(
                        new AdapterConfig.Builder(STATES, WIDTH).hidden(8).encoder(1, 2, 8).build(),
                        training());
    }

    private static NeuralNetConfiguration.Builder training() {
        return new NeuralNetConfiguration.Builder().seed(3).updater(new Adam(1e-3));
    }
}
