package org.dl4jplugins.align.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.data.ChatMessage;
import org.dl4jplugins.align.data.PromptTemplate;
import org.dl4jplugins.align.llm.HfTokenizer;
import org.dl4jplugins.align.transformer.PromptInputs;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Prompts with images: what each gets alone, and what the whole graph says without a cache. */
class PromptInputsTest {
    private static final int P = Placeholders.ID;
    private static final int NEW = 7;

    /** Of two places, one, none, and one at the very beginning. */
    private static final int[][] PROMPTS = {{2, P, P, 4, 5}, {3, P}, {5, 2, 3}, {P, 4}};

    private final HfTokenizer tokenizer;
    private INDArray images;

    PromptInputsTest() throws IOException {
        tokenizer = Models.tokenizer();
    }

    @BeforeEach
    void images() {
        Nd4j.getRandom().setSeed(4);
        images = Nd4j.randn(DataType.DOUBLE, PROMPTS.length, 2, ImageModels.WIDTH).muli(3);
    }

    private PromptInputs all() {
        return PromptInputs.of("image", images);
    }

    private TextGenerator.Builder generator(ComputationGraph graph) {
        return new TextGenerator.Builder(graph, tokenizer)
                .stopTokens()
                .decoderStart(0)
                .maxNewTokens(NEW);
    }

    private static INDArray ids(int... ids) {
        return Nd4j.createFromArray(new int[][] {ids});
    }

    /** Log probabilities after a sequence, from the whole graph; the mask spares new places. */
    private double[] log(ComputationGraph graph, int p, int[] sequence) {
        INDArray image = all().rows(p).values("image");
        boolean encoder = GenerationTask.hasEncoder(graph);
        long places = Arrays.stream(PROMPTS[p]).filter(id -> id == P).count();
        INDArray mask =
                Nd4j.createFromArray(new double[][] {{places > 0 ? 1 : 0, places > 1 ? 1 : 0}});
        INDArray[] inputs =
                encoder
                        ? new INDArray[] {ids(PROMPTS[p]), ids(sequence), image}
                        : new INDArray[] {ids(sequence), image};
        INDArray[] masks =
                encoder ? new INDArray[] {null, null, mask} : new INDArray[] {null, mask};
        INDArray logits = graph.output(false, inputs, masks)[0];
        graph.clearLayerMaskArrays();
        return Softmax.log(Rows.of(logits.slice(0), sequence.length - 1));
    }

    private static int[] start(ComputationGraph graph, int p) {
        return GenerationTask.hasEncoder(graph) ? new int[] {0} : PROMPTS[p];
    }

    private int[] slowly(ComputationGraph graph, int p) {
        int[] sequence = start(graph, p);
        for (int i = 0; i < NEW; i++) {
            double[] log = log(graph, p, sequence);
            sequence = Arrays.copyOf(sequence, sequence.length + 1);
            sequence[sequence.length - 1] = Nd4j.createFromArray(log).argMax().getInt(0);
        }
        return Arrays.copyOfRange(sequence, sequence.length - NEW, sequence.length);
    }

    /** The log probability of what was generated, from the whole graph. */
    private double score(ComputationGraph graph, int p, int[] added) {
        int[] sequence = start(graph, p);
        double sum = 0;
        for (int id : added) {
            sum += log(graph, p, sequence)[id];
            sequence = Arrays.copyOf(sequence, sequence.length + 1);
            sequence[sequence.length - 1] = id;
        }
        return sum;
    }

    private static List<ComputationGraph> models() {
        return List.of(ImageModels.llama(), ImageModels.t5());
    }

    @Test
    void greedyIsWhatTheWholeSequenceSaysAlsoInARaggedBatch() {
        for (ComputationGraph graph : models()) {
            TextGenerator generator = generator(graph).build();
            List<Generation> results = generator.generateIds(PROMPTS, all());
            for (int p = 0; p < PROMPTS.length; p++) {
                assertArrayEquals(slowly(graph, p), results.get(p).ids(), "prompt " + p);
                int[][] alone = {PROMPTS[p]};
                assertArrayEquals(
                        results.get(p).ids(),
                        generator.generateIds(alone, all().rows(p)).get(0).ids());
            }
        }
    }

    @Test
    void theImageMatters() {
        for (ComputationGraph graph : models()) {
            TextGenerator generator = generator(graph).build();
            PromptInputs others = PromptInputs.of("image", images.neg());
            List<Generation> with = generator.generateIds(PROMPTS, all());
            List<Generation> without = generator.generateIds(PROMPTS, others);
            assertNotEquals(with.get(0).logProbability(), without.get(0).logProbability(), 1e-3);
            assertEquals(with.get(2), without.get(2)); // has no place for one
        }
    }

    @Test
    void generatedPlaceholdersAreWordsLikeOthers() {
        ComputationGraph graph = ImageModels.llama();
        TokenListener none = (prompt, id, text) -> true;
        for (int seed = 1; seed < 30; seed++) {
            Generation sampled =
                    generator(graph)
                            .temperature(3)
                            .seed(seed)
                            .listener(none)
                            .build()
                            .generateIds(new int[][] {PROMPTS[0]}, all().rows(0))
                            .get(0);
            if (Arrays.stream(sampled.ids()).limit(NEW - 1).anyMatch(id -> id == P)) {
                assertEquals(score(graph, 0, sampled.ids()), sampled.logProbability(), 1e-4);
                return;
            }
        }
        throw new AssertionError("no placeholder was sampled");
    }

    @Test
    void samplesHaveTheProbabilitiesOfTheWholeSequence() {
        for (ComputationGraph graph : models()) {
            TextGenerator generator = generator(graph).temperature(1.5).seed(3).build();
            List<Generation> results = generator.generateIds(PROMPTS, all());
            assertEquals(results, generator.generateIds(PROMPTS, all()));
            for (int p = 0; p < PROMPTS.length; p++) {
                Generation result = results.get(p);
                assertEquals(score(graph, p, result.ids()), result.logProbability(), 1e-4);
            }
        }
    }

    @Test
    void beamsBranchWithTheirOwnImages() {
        for (ComputationGraph graph : models()) {
            TextGenerator generator = generator(graph).beams(3).build();
            List<Generation> results = generator.generateIds(PROMPTS, all());
            boolean better = false;
            for (int p = 0; p < PROMPTS.length; p++) {
                Generation result = results.get(p);
                double score = score(graph, p, result.ids());
                assertEquals(score, result.logProbability(), 1e-4);
                better |= score > score(graph, p, slowly(graph, p)) + 1e-3;
                int[][] alone = {PROMPTS[p]};
                assertArrayEquals(
                        result.ids(), generator.generateIds(alone, all().rows(p)).get(0).ids());
            }
            assertTrue(better);
        }
    }

    @Test
    void promptsThatEndTakeTheirImagesAway() {
        for (ComputationGraph graph : List.of(ImageModels.llama(), ImageModels.t5OnImages())) {
            List<Generation> all = generator(graph).build().generateIds(PROMPTS, all());
            int stop = all.get(0).ids()[1];
            TextGenerator stopping = generator(graph).stopTokens(stop).build();
            List<Generation> stopped = stopping.generateIds(PROMPTS, all());
            for (int p = 0; p < PROMPTS.length; p++) {
                int[] whole = all.get(p).ids();
                int n = 0;
                while (n < NEW && whole[n] != stop) {
                    n++;
                }
                int[] expected = Arrays.copyOf(whole, Math.min(NEW, n + 1));
                assertArrayEquals(expected, stopped.get(p).ids(), "prompt " + p);
            }
        }
    }

    @Test
    void masksOfImagesHideTheirPadding() {
        ComputationGraph graph = ImageModels.t5OnImages();
        TextGenerator generator = generator(graph).build();
        INDArray mask = Nd4j.ones(DataType.DOUBLE, PROMPTS.length, 2);
        mask.putScalar(1, 1, 0);
        List<Generation> results =
                generator.generateIds(PROMPTS, PromptInputs.none().with("image", images, mask));
        INDArray first =
                images.get(
                        NDArrayIndex.interval(1, 2),
                        NDArrayIndex.interval(0, 1),
                        NDArrayIndex.all());
        int[][] alone = {PROMPTS[1]};
        Generation brief =
                generator.generateIds(alone, PromptInputs.of("image", first.dup('c'))).get(0);
        assertEquals(brief.logProbability(), results.get(1).logProbability(), 1e-5);
        Generation unmasked = generator.generateIds(PROMPTS, all()).get(1);
        assertNotEquals(brief.logProbability(), unmasked.logProbability(), 1e-5);
        assertEquals(score(graph, 0, results.get(0).ids()), results.get(0).logProbability(), 1e-4);
    }

    @Test
    void textsAndConversations() {
        PromptTemplate template =
                new PromptTemplate.Builder("quiz")
                        .user("w2 ", " ")
                        .assistant("w3", " ", "")
                        .build();
        TextGenerator generator = generator(ImageModels.llama()).template(template).build();
        PromptInputs image = all().rows(0);
        Generation expected = generator.generateIds(new int[][] {{2, P, P, 3}}, image).get(0);
        assertEquals(expected, generator.generate("w2 w6 w6 w3", image));
        assertEquals(expected, generator.chat(List.of(ChatMessage.user("w6 w6")), image));
    }

    @Test
    void theDecodersPositionsCountNotTheImages() {
        TextGenerator generator = generator(ImageModels.llama()).maxNewTokens(100).build();
        assertEquals(27, generator.generateIds(PROMPTS, all()).get(0).ids().length);
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalArgumentException.class, call).getMessage();
    }

    @Test
    void refusesInputsThatDoNotFit() {
        TextGenerator generator = generator(ImageModels.llama()).build();
        String besides = "inputs besides the prompts must be [image], which the model takes, got ";
        assertEquals(besides + "[]", message(() -> generator.generateIds(PROMPTS)));
        PromptInputs sound = PromptInputs.of("sound", images);
        assertEquals(besides + "[sound]", message(() -> generator.generateIds(PROMPTS, sound)));
        PromptInputs three = all().rows(0, 1, 2);
        assertEquals(
                "input \"image\" must have a row for each of the 4 prompts, got 3",
                message(() -> generator.generateIds(PROMPTS, three)));
        TextGenerator text = generator(Models.llama()).build();
        assertEquals(
                "inputs besides the prompts must be [], which the model takes, got [image]",
                message(() -> text.generateIds(PROMPTS, all())));
        assertFalse(generator.generateIds(PROMPTS, all()).isEmpty());
    }

    @Test
    void inputsAreCheckedAsTheyCome() {
        assertEquals(
                "mask of input \"image\" has 2 rows, must have as many as the values, 4",
                message(() -> PromptInputs.none().with("image", images, Nd4j.ones(2, 2))));
        assertEquals(
                "input \"sound\" has 3 rows, must have as many as \"image\", 4",
                message(() -> all().with("sound", Nd4j.ones(3, 2))));
        assertEquals("prompts must be from 0 to 3, got [4]", message(() -> all().rows(4)));
        assertEquals("prompts must not be empty", message(() -> all().rows()));
        assertEquals(
                "no input \"sound\": must be one of [image]", message(() -> all().values("sound")));
        PromptInputs both = all().with("image", images.neg()).rows(2, 0);
        assertEquals(images.slice(0).neg(), both.values("image").slice(1));
    }
}
