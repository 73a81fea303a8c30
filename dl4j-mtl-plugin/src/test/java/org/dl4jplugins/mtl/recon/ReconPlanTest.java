package org.dl4jplugins.mtl.recon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconPlanTest {
    @TempDir Path folder;

    @Test
    void storedPlanAppliesToAnotherNetworkOfTheArchitecture() throws IOException {
        ComputationGraph net = TestNets.residual().net();
        ReconTransformer recon =
                new ReconTransformer.Builder(net)
                        .layers("conv1", "bn2")
                        .init(ReconInit.FROM_TRAINED)
                        .seed(77)
                        .build();
        recon.plan().save(folder.resolve("plan.json"));
        ReconPlan plan = ReconPlan.load(folder.resolve("plan.json"));
        assertEquals(recon.plan().toString(), plan.toString());
        assertEquals(recon.plan().toJson(), plan.toJson());
        assertEquals(recon.transform().params(), plan.apply(net).params());

        TestNets.Case other = TestNets.residual();
        other.net().params().muli(1.1);
        ComputationGraph modified = plan.apply(other.net());
        assertEquals(other.net().getParam("conv1_W"), modified.getParam("conv1@b_W"));
        new Twins(other.net(), modified).assertSameOutputs(other.data(), false, 1e-12);
    }

    @Test
    void refusesAnotherArchitectureAndWhatIsNoPlan() {
        ReconPlan plan =
                new ReconTransformer.Builder(TestNets.mlp().net()).layers("d2").build().plan();
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> plan.apply(TestNets.branches().net()));
        assertTrue(e.getMessage().contains("another architecture"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> ReconPlan.fromJson("{"));
        assertThrows(IllegalArgumentException.class, () -> ReconPlan.fromJson("{\"a\":1}"));
        String newer = plan.toJson().replace("\"version\" : 1", "\"version\" : 9");
        assertThrows(IllegalArgumentException.class, () -> ReconPlan.fromJson(newer));
    }

    @Test
    void printsWhatItWillDo() {
        String text =
                new ReconTransformer.Builder(TestNets.mlp().net())
                        .layers("d2")
                        .build()
                        .plan()
                        .toString();
        assertTrue(text.contains("1 of 5 shared layers"), text);
        assertTrue(text.contains("Shared weights on several streams: bn2, d3"), text);
        assertTrue(text.contains("49 parameters added, 34.27 % of the shared ones"), text);
    }
}
