package org.dl4jplugins.mtl.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskScoresTest {

    private static TaskScores scores(double accuracy, double error) {
        Map<String, List<MetricValue>> tasks = new LinkedHashMap<>();
        tasks.put("z", List.of(MetricValue.higher("acc", accuracy)));
        tasks.put("a", List.of(MetricValue.lower("err", error), MetricValue.higher("iou", 1)));
        return new TaskScores(tasks);
    }

    @Test
    void survivesJsonInOrder() {
        TaskScores scores = scores(0.875, 1.0 / 3);
        TaskScores read = TaskScores.fromJson(scores.toJson());
        assertEquals(scores, read);
        assertEquals(List.of("z", "a"), List.copyOf(read.tasks().keySet()));
        assertTrue(read.value("a", "err").lowerIsBetter());
        assertThrows(IllegalArgumentException.class, () -> TaskScores.fromJson("{\"tasks\":1}"));
    }

    @Test
    void averagesRunsCriterionByCriterion() {
        TaskScores mean = TaskScores.mean(List.of(scores(1, 3), scores(2, 5), scores(6, 1)));
        assertEquals(scores(3, 3), mean);
        TaskScores other = new TaskScores(Map.of("z", List.of(MetricValue.higher("acc", 1))));
        List<TaskScores> different = List.of(scores(1, 1), other);
        assertThrows(IllegalArgumentException.class, () -> TaskScores.mean(different));
        List<TaskScores> none = List.of();
        assertThrows(IllegalArgumentException.class, () -> TaskScores.mean(none));
    }

    @Test
    void unknownNamesAreRefusedWithTheKnownOnes() {
        String message =
                assertThrows(IllegalArgumentException.class, () -> scores(1, 1).task("b"))
                        .getMessage();
        assertTrue(message.contains("'b'") && message.contains("[z, a]"), message);
        assertThrows(IllegalArgumentException.class, () -> scores(1, 1).value("a", "acc"));
        Map<String, List<MetricValue>> twice =
                Map.of("t", List.of(MetricValue.higher("x", 1), MetricValue.lower("x", 1)));
        assertThrows(IllegalArgumentException.class, () -> new TaskScores(twice));
    }
}
