package org.dl4jplugins.examples.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunPoolTest {

    @Test
    void runsSideBySideAndKeepsTheOrder() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        Callable<Boolean> meet =
                () -> {
                    both.countDown();
                    return both.await(20, TimeUnit.SECONDS);
                };
        Map<String, Callable<Boolean>> work = new LinkedHashMap<>();
        work.put("b", meet);
        work.put("a", meet);
        Map<String, Boolean> results = new RunPool(2).run(work);
        assertEquals(List.of("b", "a"), List.copyOf(results.keySet()));
        assertEquals(List.of(true, true), List.copyOf(results.values()));
    }

    @Test
    void failuresNameTheRun() {
        Map<String, Callable<Integer>> work = Map.of("broken", () -> Integer.parseInt("x"));
        IOException failure = assertThrows(IOException.class, () -> new RunPool(1).run(work));
        assertTrue(failure.getMessage().contains("broken"));
        assertThrows(IllegalArgumentException.class, () -> new RunPool(0));
    }

    @Test
    void spreadIsTheSampleDeviation() {
        assertEquals(new Spread(2, 1), Spread.of(1, 2, 3));
        assertEquals("5.00 ± 0.00", Spread.of(5).toString());
    }
}
