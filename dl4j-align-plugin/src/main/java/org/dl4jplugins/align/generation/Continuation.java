package org.dl4jplugins.align.generation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.dl4jplugins.align.generation.Generation.Finish;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Prompts that grow side by side; those that end leave the batch. */
final class Continuation {
    private final TextGenerator generator;
    private final int[][] prompts;
    private final Sequence[] sequences;
    private final TokenChoice[] choices;
    private final TextStream[] streams;
    private final Generation[] results;

    Continuation(TextGenerator generator, int[][] prompts) {
        this.generator = generator;
        this.prompts = prompts;
        int n = prompts.length;
        sequences = new Sequence[n];
        choices = new TokenChoice[n];
        streams = new TextStream[n];
        results = new Generation[n];
        SplittableRandom seeds = new SplittableRandom(generator.settings().seed());
        for (int p = 0; p < n; p++) {
            sequences[p] = new Sequence(generator.seen(prompts[p]));
            choices[p] = generator.choice(seeds.split());
            streams[p] = new TextStream(generator.settings().tokenizer()::decode);
        }
    }

    List<Generation> run() {
        INDArray logits = generator.prefill(prompts);
        int[] active = new int[prompts.length];
        Arrays.setAll(active, p -> p);
        while (true) {
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < active.length; row++) {
                if (!ended(active[row], Rows.of(logits, row))) {
                    rows.add(row);
                }
            }
            if (rows.isEmpty()) {
                generator.decoder().clear();
                return List.of(results);
            }
            if (rows.size() < active.length) {
                int[] before = active;
                generator.decoder().reorder(rows.stream().mapToInt(r -> r).toArray());
                active = rows.stream().mapToInt(r -> before[r]).toArray();
            }
            int[] last = Arrays.stream(active).map(p -> sequences[p].last()).toArray();
            logits = generator.decoder().step(Nd4j.createFromArray(last));
        }
    }

    /** Adds a token to a prompt; whether that was its last. */
    private boolean ended(int prompt, float[] logits) {
        Sequence sequence = sequences[prompt];
        double[] log = Softmax.log(logits);
        int id = choices[prompt].next(logits, sequence.all());
        sequence.add(id, log[id]);
        TokenListener listener = generator.settings().listener();
        boolean goOn =
                listener == null
                        || listener.onToken(prompt, id, streams[prompt].next(sequence.added()));
        Finish finish = goOn ? null : Finish.CANCELLED;
        if (sequence.addedLength() == generator.room(generator.seen(prompts[prompt]).length)) {
            finish = Finish.LENGTH;
        }
        if (generator.stops(id)) {
            finish = Finish.STOP;
        }
        if (finish != null) {
            results[prompt] = generator.result(sequence, finish);
        }
        return finish != null;
    }
}
