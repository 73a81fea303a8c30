package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Times steps and prints them with the process's peak memory, as {@link Measurements} reads it:
 * what objects took of the heap, all that is resident beside it (arrays, the JVM and its
 * libraries), both together, and by how much the steps made it grow.
 */
final class StepTimer {

    private StepTimer() {}

    /**
     * Runs steps.
     *
     * @param name of the work
     * @param warmup steps before
     * @param steps measured steps
     * @param step one step
     */
    static void print(String name, int warmup, int steps, Runnable step) {
        System.gc();
        long before = status("VmRSS");
        for (int i = 0; i < warmup; i++) {
            step.run();
        }
        double[] seconds = new double[steps];
        for (int i = 0; i < steps; i++) {
            long start = System.nanoTime();
            step.run();
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        Arrays.sort(seconds);
        long process = status("VmHWM");
        System.out.printf(
                Locale.ROOT,
                "%s median=%.4f min=%.4f max=%.4f s/step peak heap=%d off-heap=%d process=%d"
                        + " of which steps=%d MB%n",
                name,
                seconds[steps / 2],
                seconds[0],
                seconds[steps - 1],
                peakHeap() >> 20,
                Math.max(0, process - (peakHeap() >> 10)) >> 10,
                process >> 10,
                Math.max(0, process - before) >> 10);
    }

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(p -> p.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(u -> u.getUsed())
                .sum();
    }

    /** Resident size of the process in KB, now or at most; 0 where /proc is absent. */
    private static long status(String line) {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith(line))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
