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
    private final GenerationTask task;
    private final Sequence[] sequences;
    private final TokenChoice[] choices;
    private final TextStream[] streams;
    private final Generation[] results;

    Continuation(GenerationTask task) {
        this.task = task;
        int n = task.size();
        sequences = new Sequence[n];
        choices = new TokenChoice[n];
        streams = new TextStream[n];
        results = new Generation[n];
        SplittableRandom seeds = new SplittableRandom(task.settings().seed());
        for (int p = 0; p < n; p++) {
            sequences[p] = new Sequence(task.seen(p));
            choices[p] = task.choice(seeds.split());
            streams[p] = new TextStream(task.settings().tokenizer()::decode);
        }
    }

    List<Generation> run() {
        INDArray logits = task.prefill();
        int[] active = new int[task.size()];
        Arrays.setAll(active, p -> p);
        while (true) {
            List<Integer> rows = new ArrayList<>();
            for (int row = 0; row < active.length; row++) {
                if (!ended(active[row], Rows.of(logits, row))) {
                    rows.add(row);
                }
            }
            if (rows.isEmpty()) {
                task.decoder().clear();
                return List.of(results);
            }
            if (rows.size() < active.length) {
                int[] before = active;
                task.decoder().reorder(rows.stream().mapToInt(r -> r).toArray());
                active = rows.stream().mapToInt(r -> before[r]).toArray();
            }
            int[] last = Arrays.stream(active).map(p -> sequences[p].last()).toArray();
            logits = task.decoder().step(Nd4j.createFromArray(last));
        }
    }

    /** Adds a token to a prompt; whether that was its last. */
    private boolean ended(int prompt, float[] logits) {
        Sequence sequence = sequences[prompt];
        double[] log = Softmax.log(logits);
        int id = choices[prompt].next(logits, sequence.all());
        sequence.add(id, log[id]);
        TokenListener listener = task.settings().listener();
        boolean goOn =
                listener == null
                        || listener.onToken(prompt, id, streams[prompt].next(sequence.added()));
        Finish finish = goOn ? null : Finish.CANCELLED;
        if (sequence.addedLength() == task.room(prompt)) {
            finish = Finish.LENGTH;
        }
        if (task.stops(id)) {
            finish = Finish.STOP;
        }
        if (finish != null) {
            results[prompt] = task.result(sequence, finish);
        }
        return finish != null;
    }
}
