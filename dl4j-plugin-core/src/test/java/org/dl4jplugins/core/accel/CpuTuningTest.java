package org.dl4jplugins.core.accel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.platform.unix.LibC;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuTuningTest {

    /** What the child process runs: the process's environment before and after. */
    public static final class Child {
        private Child() {}

        /**
         * Prints the names set now, and what the C library then says.
         *
         * @param args none
         */
        public static void main(String[] args) {
            System.out.println("set " + new TreeMap<>(CpuTuning.apply()));
            System.out.println("again " + CpuTuning.apply());
            for (String name : CpuTuning.recommended().keySet()) {
                System.out.println(name + "=" + LibC.INSTANCE.getenv(name));
            }
            System.out.println("large blocks mapped " + mapsLargeBlocks());
        }

        /** Whether blocks are still mapped alone after a larger one was freed: page + header. */
        private static boolean mapsLargeBlocks() {
            Native.free(Native.malloc(16 << 20));
            long first = Native.malloc(2 << 20);
            long second = Native.malloc(2 << 20);
            boolean mapped = first % 4096 == 16 && second % 4096 == 16;
            Native.free(first);
            Native.free(second);
            return mapped;
        }
    }

    private static List<String> child(Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName());
        builder.redirectErrorStream(true);
        builder.environment()
                .keySet()
                .removeIf(name -> name.matches("(OMP_|OPENBLAS_|MALLOC_|GLIBC_).*"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return output.lines().toList();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void setsWhatIsMissingInTheProcess() throws Exception {
        Map<String, String> recommended = CpuTuning.recommended();
        List<String> lines = child(Map.of());
        assertTrue(lines.contains("set " + new TreeMap<>(recommended)), lines.toString());
        assertTrue(lines.contains("again {}"), lines.toString());
        recommended.forEach(
                (name, value) -> assertTrue(lines.contains(name + "=" + value), lines.toString()));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void keepsWhatTheUserSet() throws Exception {
        List<String> lines = child(Map.of("OMP_WAIT_POLICY", "active"));
        assertTrue(lines.contains("OMP_WAIT_POLICY=active"), lines.toString());
        String set = lines.stream().filter(l -> l.startsWith("set ")).findFirst().orElseThrow();
        assertFalse(set.contains("OMP_WAIT_POLICY"), set);
        assertTrue(set.contains("OPENBLAS_THREAD_TIMEOUT=12"), set);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void givesLargeBlocksBack() throws Exception {
        assertTrue(child(Map.of()).contains("large blocks mapped true"));
        // glibc's own rule: what is as large as a block freed before is kept
        Map<String, String> chosen = Map.of("GLIBC_TUNABLES", "glibc.malloc.arena_max=2");
        assertTrue(child(chosen).contains("large blocks mapped false"));
    }

    @Test
    void knowsProcessorsWithAvx512() {
        assertTrue(
                CpuTuning.hasAvx512(
                        List.of("flags\t\t: fpu avx2 avx512f avx512dq avx512bw avx512vl ht")));
        assertFalse(CpuTuning.hasAvx512(List.of("flags\t\t: fpu avx2 avx512f avx512dq")));
        assertFalse(CpuTuning.hasAvx512(List.of()));
    }
}
