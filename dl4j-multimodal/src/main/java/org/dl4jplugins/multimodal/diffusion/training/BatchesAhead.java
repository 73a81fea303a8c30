package org.dl4jplugins.multimodal.diffusion.training;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Makes the batch of the next step while the last one is trained on, on a thread of its own. */
final class BatchesAhead implements AutoCloseable {
    private final IntFunction<MultiDataSet> batches;
    private final int steps;
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread made = new Thread(task, "batches-ahead");
                        made.setDaemon(true);
                        return made;
                    });
    private Future<MultiDataSet> next;

    /**
     * @param batches by step, asked for in order
     * @param first step
     * @param steps number of the step that is no more asked for
     */
    BatchesAhead(IntFunction<MultiDataSet> batches, int first, int steps) {
        this.batches = batches;
        this.steps = steps;
        next = thread.submit(() -> batches.apply(first));
    }

    /** The batch of a step, after which that of the next is begun. */
    MultiDataSet take(int step) {
        try {
            MultiDataSet batch = next.get();
            if (step + 1 < steps) {
                next = thread.submit(() -> batches.apply(step + 1));
            }
            return batch;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("Batch of step " + (step + 1), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted at step " + (step + 1), e);
        }
    }

    @Override
    public void close() {
        next.cancel(false);
        thread.submit(() -> Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread());
        thread.shutdown();
    }
}
