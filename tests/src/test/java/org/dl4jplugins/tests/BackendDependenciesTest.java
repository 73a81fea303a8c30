package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which backend each module gets, from Maven's own resolution of the whole project. Only POM files
 * are read: the native jars of the other backend, more than a gigabyte, are never fetched.
 */
class BackendDependenciesTest {
    private static final String NATIVE = "org.nd4j:nd4j-native";
    private static final String CUDA = "org.nd4j:nd4j-cuda-11.6";
    private static final Set<String> PLUGINS =
            Set.of(
                    "dl4j-plugin-core",
                    "dl4j-mtl-plugin",
                    "dl4j-align-plugin",
                    "dl4j-cl-plugin",
                    "dl4j-multimodal");

    @TempDir Path folder;

    @Test
    void byDefaultTheProcessorAloneAndNoBackendForUsers() throws Exception {
        trees(List.of())
                .forEach(
                        (module, artifacts) -> {
                            assertEquals(Set.of(NATIVE), backends(artifacts), module);
                            assertTrue(withClassifier(artifacts, NATIVE), module);
                            assertTrue(withClassifier(artifacts, "org.bytedeco:openblas"), module);
                            assertEquals(List.of(), foreign(artifacts), module);
                            if (PLUGINS.contains(module)) {
                                assertEquals(List.of(), forUsers(artifacts), module);
                            }
                        });
    }

    @Test
    void withCudaNothingOfTheOtherBackendRemains() throws Exception {
        Path repository = repository();
        Set<String> before = nativeJars(repository);
        trees(List.of("cuda"))
                .forEach(
                        (module, artifacts) -> {
                            assertEquals(Set.of(CUDA), backends(artifacts), module);
                            assertTrue(withClassifier(artifacts, CUDA), module);
                            assertTrue(withClassifier(artifacts, "org.bytedeco:cuda"), module);
                            assertTrue(
                                    artifacts.stream()
                                            .noneMatch(a -> a.startsWith(NATIVE + "-preset")),
                                    module);
                            // core's optional Java side of BLAS may stay, its library not
                            assertFalse(withClassifier(artifacts, "org.bytedeco:openblas"), module);
                            if (PLUGINS.contains(module)) {
                                assertEquals(List.of(), forUsers(artifacts), module);
                            }
                        });
        assertEquals(before, nativeJars(repository), "jars were downloaded");
    }

    /** Module name to coordinates, one for each artifact that the module's classpath would hold. */
    private Map<String, List<String>> trees(List<String> profiles) throws Exception {
        String home = System.getProperty("maven.home");
        Assumptions.assumeTrue(home != null, "not started by Maven: no maven.home");
        Path tree = folder.resolve("tree.txt");
        StringBuilder log = new StringBuilder();
        InvocationRequest request = new DefaultInvocationRequest();
        request.setBaseDirectory(new File("..").getCanonicalFile());
        request.setLocalRepositoryDirectory(repository().toFile());
        request.setBatchMode(true);
        request.setNoTransferProgress(true);
        request.setProfiles(profiles);
        request.addArgs(List.of("dependency:tree"));
        request.addArg("-DoutputFile=" + tree);
        request.addArg("-DappendOutput=true");
        request.setOutputHandler(line -> log.append(line).append('\n'));
        request.setTimeoutInSeconds(240);
        DefaultInvoker invoker = new DefaultInvoker();
        invoker.setMavenHome(new File(home));
        InvocationResult result = invoker.execute(request);
        assertEquals(0, result.getExitCode(), log::toString);
        Map<String, List<String>> trees = parse(Files.readAllLines(tree));
        assertTrue(trees.keySet().containsAll(PLUGINS), "modules " + trees.keySet());
        return trees;
    }

    private static Map<String, List<String>> parse(List<String> lines) {
        Map<String, List<String>> trees = new LinkedHashMap<>();
        List<String> current = List.of();
        for (String line : lines) {
            String coordinates = line.replaceFirst("^[|+\\\\ -]+", "");
            if (coordinates.equals(line)) {
                current = new java.util.ArrayList<>();
                trees.put(line.split(":")[1], current);
            } else {
                current.add(coordinates);
            }
        }
        // The bom stands alone and has no classpath.
        trees.remove("dl4j-plugins-bom");
        return trees;
    }

    private static Set<String> backends(List<String> artifacts) {
        return artifacts.stream()
                .filter(a -> a.matches("org\\.nd4j:nd4j-(native|cuda-[0-9.]+|minimal):.*"))
                .map(a -> a.substring(0, a.indexOf(':', "org.nd4j:".length())))
                .collect(Collectors.toSet());
    }

    /** Natives for phones stand for those of all platforms, which fill a disk. */
    private static List<String> foreign(List<String> artifacts) {
        return artifacts.stream().filter(a -> a.contains(":android-")).toList();
    }

    /** Coordinates are group:artifact:jar:version:scope, with a classifier before the version. */
    private static boolean withClassifier(List<String> artifacts, String name) {
        return artifacts.stream()
                .anyMatch(a -> a.startsWith(name + ":jar:") && a.split(":").length == 6);
    }

    /** What a user of the module would get; optional dependencies are not handed on. */
    private static List<String> forUsers(List<String> artifacts) {
        return artifacts.stream()
                .filter(
                        a ->
                                !backends(List.of(a)).isEmpty()
                                        || a.startsWith("org.bytedeco:openblas"))
                .filter(a -> !a.endsWith(":test") && !a.endsWith("(optional)"))
                .toList();
    }

    private static Path repository() {
        String path = System.getProperty("maven.repo.local");
        Assumptions.assumeTrue(path != null, "not started by Maven: no maven.repo.local");
        return Path.of(path);
    }

    private static Set<String> nativeJars(Path repository) throws IOException {
        Set<String> jars = new TreeSet<>();
        for (String place :
                List.of(
                        "org/nd4j/nd4j-cuda-11.6",
                        "org/nd4j/nd4j-cuda-11.6-preset",
                        "org/bytedeco/cuda")) {
            Path artifact = repository.resolve(place);
            if (Files.isDirectory(artifact)) {
                try (Stream<Path> files = Files.walk(artifact)) {
                    files.map(Path::toString).filter(f -> f.endsWith(".jar")).forEach(jars::add);
                }
            }
        }
        return jars;
    }
}
