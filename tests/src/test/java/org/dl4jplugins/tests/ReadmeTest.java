package org.dl4jplugins.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's Java examples compile; those with {@code <!-- run -->} before them also run. Their
 * variables are the fields of {@link ReadmeSetting}.
 */
class ReadmeTest {
    private static final Path README = Path.of("../README.md");
    private static final Pattern BLOCK =
            Pattern.compile(
                    "(<!-- run -->\\s*)?^```java\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);

    /** Packages whose classes an example may use without saying so. */
    private static final List<String> OTHER_PACKAGES =
            List.of(
                    "java.util",
                    "java.nio.file",
                    "org.deeplearning4j.nn.graph",
                    "org.nd4j.linalg.api.ndarray",
                    "org.nd4j.linalg.dataset.api.iterator",
                    "org.nd4j.linalg.learning.config");

    @TempDir static Path folder;

    @TestFactory
    Stream<DynamicTest> examples() throws IOException {
        Assumptions.assumeTrue(Files.exists(README), "there is no README");
        String imports = imports();
        List<DynamicTest> tests = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(README));
        while (block.find()) {
            String name = "Example" + (tests.size() + 1);
            String code = block.group(2);
            boolean run = block.group(1) != null;
            String title = name + ": " + code.lines().findFirst().orElse("");
            tests.add(DynamicTest.dynamicTest(title, () -> check(name, imports, code, run)));
        }
        assertTrue(!tests.isEmpty(), "the README has no Java example");
        return tests.stream();
    }

    private static void check(String name, String imports, String code, boolean run)
            throws Exception {
        String source =
                imports
                        + "public class "
                        + name
                        + " extends org.dl4jplugins.tests.ReadmeSetting {\n"
                        + "public void run() throws Exception {\n"
                        + code
                        + "}}\n";
        compile(name, source, code);
        if (run) {
            URL[] place = {folder.toUri().toURL()};
            try (URLClassLoader loader =
                    new URLClassLoader(place, ReadmeTest.class.getClassLoader())) {
                Class<?> example = loader.loadClass(name);
                ((ReadmeSetting) example.getDeclaredConstructor().newInstance()).run();
            }
        }
    }

    private static void compile(String name, String source, String code) {
        StringWriter messages = new StringWriter();
        JavaFileObject file =
                new SimpleJavaFileObject(
                        URI.create("string:///" + name + ".java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        List<String> options =
                List.of(
                        "-d",
                        folder.toString(),
                        "-classpath",
                        System.getProperty(
                                "surefire.test.class.path", System.getProperty("java.class.path")),
                        "-nowarn",
                        "-proc:none");
        boolean compiled =
                ToolProvider.getSystemJavaCompiler()
                        .getTask(messages, null, null, options, null, List.of(file))
                        .call();
        assertTrue(compiled, () -> messages + "\n" + code);
    }

    /** All packages of the plugins, from their sources. */
    private static String imports() throws IOException {
        List<String> packages = new ArrayList<>(OTHER_PACKAGES);
        try (Stream<Path> files = Files.walk(Path.of(".."), 10)) {
            files.map(Path::toString)
                    .map(f -> f.replace('\\', '/'))
                    .filter(f -> f.contains("/src/main/java/") && f.endsWith(".java"))
                    .filter(f -> !f.endsWith("/package-info.java"))
                    .map(f -> f.replaceFirst(".*/src/main/java/", ""))
                    .map(f -> f.substring(0, f.lastIndexOf('/')).replace('/', '.'))
                    .filter(p -> !p.startsWith("org.dl4jplugins.examples"))
                    .distinct()
                    .filter(ReadmeTest::hasPublicClasses)
                    .forEach(packages::add);
        }
        return packages.stream().map(p -> "import " + p + ".*;\n").collect(Collectors.joining());
    }

    private static boolean hasPublicClasses(String name) {
        String folder = name.replace('.', '/');
        URL url = ReadmeTest.class.getClassLoader().getResource(folder);
        return url != null;
    }
}
