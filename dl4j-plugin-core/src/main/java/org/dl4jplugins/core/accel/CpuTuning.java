package org.dl4jplugins.core.accel;

import com.sun.jna.Function;
import com.sun.jna.platform.unix.LibC;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Environment variables that the native libraries read when they are loaded, set from within the
 * process. Call {@link #apply()} first thing in {@code main}, before any ND4J class is used.
 *
 * <ul>
 *   <li>{@code OPENBLAS_CORETYPE=SkylakeX} on processors with AVX-512: the bundled OpenBLAS 0.3.19
 *       does not know newer ones, AMD Zen 4 and 5 among them, and falls back to kernels from before
 *       AVX.
 *   <li>{@code OMP_WAIT_POLICY=passive}: idle threads of OpenMP otherwise spin and take the cores
 *       from those of OpenBLAS and Java.
 *   <li>{@code OPENBLAS_THREAD_TIMEOUT=12}: the same for OpenBLAS, whose threads otherwise spin for
 *       2^26 cycles after each product; with 12 a training step of ResNet-18 on two cores takes
 *       three quarters of the time.
 * </ul>
 *
 * <p>Besides, memory blocks of 1 MB or more go back to the system as soon as they are freed, unless
 * {@code MALLOC_MMAP_THRESHOLD_} or {@code GLIBC_TUNABLES} is set: glibc otherwise keeps those that
 * workspaces discard while they learn their size, half a gigabyte for an encoder of MiniLM's size.
 *
 * <p>Linux only; elsewhere, and where a variable is set already, nothing is changed. The same can
 * be had by setting the variables in the shell.
 */
public final class CpuTuning {
    private static final Logger LOG = LoggerFactory.getLogger(CpuTuning.class);
    private static final int M_MMAP_THRESHOLD = -3;
    private static final int LARGE_BLOCK = 1 << 20;
    private static final Set<String> AVX512 = Set.of("avx512f", "avx512dq", "avx512bw", "avx512vl");

    private CpuTuning() {}

    /**
     * Sets what is missing.
     *
     * @return the variables set now; empty if there was nothing to do, or if it is too late because
     *     the native libraries are loaded already (then a warning is logged)
     */
    public static Map<String, String> apply() {
        returnLargeBlocks();
        Map<String, String> wanted = recommended();
        String kernels = System.getenv("OPENBLAS_CORETYPE");
        String faster = wanted.get("OPENBLAS_CORETYPE");
        if (kernels != null && faster != null && !kernels.equalsIgnoreCase(faster)) {
            LOG.info("OPENBLAS_CORETYPE={} is kept; {} uses AVX-512", kernels, faster);
        }
        wanted.keySet().removeIf(name -> System.getenv(name) != null || isSet(name));
        if (wanted.isEmpty()) {
            return wanted;
        }
        if (read("/proc/self/maps").stream().anyMatch(l -> l.contains("openblas"))) {
            LOG.warn("too late to set {}: native libraries are loaded", wanted);
            return Map.of();
        }
        try {
            wanted.forEach((name, value) -> LibC.INSTANCE.setenv(name, value, 0));
        } catch (LinkageError e) {
            LOG.warn("could not set {}: {}", wanted, e.toString());
            return Map.of();
        }
        LOG.info("set {}", wanted);
        return wanted;
    }

    /**
     * The variables that serve this machine best, for starting another process.
     *
     * @return names and values, whatever is set now; empty on other systems than Linux
     */
    public static Map<String, String> recommended() {
        Map<String, String> wanted = new LinkedHashMap<>();
        if (System.getProperty("os.name").startsWith("Linux")) {
            wanted.put("OMP_WAIT_POLICY", "passive");
            wanted.put("OPENBLAS_THREAD_TIMEOUT", "12");
            if (hasAvx512(read("/proc/cpuinfo"))) {
                wanted.put("OPENBLAS_CORETYPE", "SkylakeX");
            }
        }
        return wanted;
    }

    private static void returnLargeBlocks() {
        boolean chosen =
                System.getenv("MALLOC_MMAP_THRESHOLD_") != null
                        || System.getenv("GLIBC_TUNABLES") != null;
        if (chosen || !System.getProperty("os.name").startsWith("Linux")) {
            return;
        }
        try {
            Object[] setting = {M_MMAP_THRESHOLD, LARGE_BLOCK};
            if (Function.getFunction("c", "mallopt").invokeInt(setting) == 0) {
                LOG.warn("the C library refuses a threshold of {} bytes", LARGE_BLOCK);
            }
        } catch (LinkageError e) { // another C library than glibc
            LOG.debug("no mallopt: {}", e.toString());
        }
    }

    private static boolean isSet(String name) {
        try {
            return LibC.INSTANCE.getenv(name) != null;
        } catch (LinkageError e) {
            return false;
        }
    }

    /**
     * Whether a processor has the instructions of OpenBLAS's SkylakeX kernels.
     *
     * @param cpuinfo lines of /proc/cpuinfo
     * @return false without the four AVX-512 subsets F, DQ, BW and VL
     */
    static boolean hasAvx512(List<String> cpuinfo) {
        return cpuinfo.stream()
                .filter(l -> l.startsWith("flags"))
                .findFirst()
                .map(l -> List.of(l.split("\\s+")).containsAll(AVX512))
                .orElse(false);
    }

    private static List<String> read(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException | RuntimeException e) {
            return new ArrayList<>();
        }
    }
}
