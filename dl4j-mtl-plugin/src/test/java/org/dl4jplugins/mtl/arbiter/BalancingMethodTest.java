package org.dl4jplugins.mtl.arbiter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class BalancingMethodTest {

    private static INDArray trained(BalancingMethod method, Double strength) {
        ComputationGraph graph = GraphUpdaters.replaced(TwoTasks.graph(), new Sgd(0.1));
        method.balancer(strength, 2, 5).ifPresent(graph::addListeners);
        graph.fit(TwoTasks.data(1, 32), 3);
        return graph.params();
    }

    @ParameterizedTest
    @EnumSource
    void everyMethodTrains(BalancingMethod method) {
        INDArray trained = trained(method, null);
        assertTrue(Double.isFinite(trained.sumNumber().doubleValue()));
        assertNotEquals(TwoTasks.graph().params(), trained);
        if (method.defaultStrength().isPresent()) {
            assertEquals(trained, trained(method, method.defaultStrength().getAsDouble()));
        }
    }

    @Test
    void strengthMatters() {
        assertNotEquals(
                trained(BalancingMethod.CA_GRAD, 0.1), trained(BalancingMethod.CA_GRAD, 0.9));
        assertThrows(
                IllegalArgumentException.class, () -> BalancingMethod.CA_GRAD.balancer(-1.0, 2, 0));
    }

    @Test
    void caGradWithoutRadiusIsTheSumAsInTheReferencesScale() {
        INDArray sum = trained(BalancingMethod.SUM, null);
        assertTrue(sum.distance2(trained(BalancingMethod.CA_GRAD, 0.0)) < 1e-5);
    }
}
