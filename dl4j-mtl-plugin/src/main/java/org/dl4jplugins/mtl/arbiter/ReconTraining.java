package org.dl4jplugins.mtl.arbiter;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.core.arbiter.CandidateTraining;
import org.dl4jplugins.mtl.gradient.SharedLayers;
import org.dl4jplugins.mtl.recon.ReconInit;
import org.dl4jplugins.mtl.recon.ReconPlan;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** Makes and trains the network of a {@link ReconCandidate}. */
final class ReconTraining implements CandidateTraining {

    private final ReconTaskCreator creator;

    ReconTraining(ReconTaskCreator creator) {
        this.creator = creator;
    }

    @Override
    public Trained train(
            Object candidate,
            Supplier<MultiDataSetIterator> data,
            Consumer<ComputationGraph> listen) {
        ReconCandidate settings = (ReconCandidate) candidate;
        ComputationGraph base = GraphUpdaters.replaced(creator.graph(), settings.updater());
        ReconPlan plan = plan(base, settings);
        ComputationGraph graph = plan == null ? unmodified(base, settings) : plan.apply(base);
        Accelerator.accelerate(graph);
        // With every shared layer split there is nothing left to balance.
        if (!SharedLayers.of(graph).isEmpty()) {
            settings.balancer().ifPresent(balancer -> graph.addListeners(balancer));
        }
        listen.accept(graph);
        graph.fit(data.get(), creator.epochs());
        return new Trained(graph, plan);
    }

    private ReconPlan plan(ComputationGraph base, ReconCandidate settings) {
        if (settings.topK() != null && settings.topK() == 0) {
            return null;
        }
        ReconTransformer.Builder recon =
                new ReconTransformer.Builder(base)
                        .report(creator.report(), settings.severity())
                        .init(settings.init())
                        .seed(creator.seed());
        return (settings.topK() != null
                        ? recon.topK(settings.topK())
                        : recon.budgetPercent(settings.budgetPercent()))
                .build()
                .plan();
    }

    private ComputationGraph unmodified(ComputationGraph base, ReconCandidate settings) {
        if (settings.init() == ReconInit.FROM_TRAINED) {
            return base;
        }
        base.getConfiguration().getDefaultConfiguration().setSeed(creator.seed());
        ComputationGraph fresh = new ComputationGraph(base.getConfiguration());
        fresh.init();
        return fresh;
    }
}
