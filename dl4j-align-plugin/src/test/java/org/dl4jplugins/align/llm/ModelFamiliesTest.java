package org.dl4jplugins.align.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFamiliesTest {

    /** A family of one's own: LLaMA by another name. */
    public static class Alpaca implements ModelFamily {
        @Override
        public Set<String> modelTypes() {
            return Set.of("alpaca");
        }

        @Override
        public Head defaultHead(HfConfig config) {
            return Head.LANGUAGE_MODEL;
        }

        @Override
        public ComputationGraphConfiguration configuration(HfConfig c, ModelOptions options) {
            return new LlamaFamily().configuration(c.with("model_type", "llama"), options);
        }

        @Override
        public WeightMap weights(HfConfig c, ModelOptions options) {
            return new LlamaFamily().weights(c.with("model_type", "llama"), options);
        }
    }

    /** Claims what is taken. */
    public static class Usurper extends Alpaca {
        @Override
        public Set<String> modelTypes() {
            return Set.of("bert");
        }
    }

    @Test
    void unknownTypeListsTheKnownOnes() {
        HfConfig config = HfConfig.of(Map.of("model_type", "gpt9"));
        Exception e =
                assertThrows(
                        IllegalArgumentException.class, () -> ModelFamilies.standard().of(config));
        assertEquals(
                "model_type in config is \"gpt9\", must be one of"
                        + " [bert, llama, mistral, mt5, qwen2, t5];"
                        + " register another ModelFamily for it",
                e.getMessage());
    }

    @Test
    void registeredInCode() {
        ModelFamily own = new Alpaca();
        ModelFamilies families = ModelFamilies.standard().with(own);
        HfConfig config = TinyConfigs.llama().with("model_type", "alpaca");
        assertSame(own, families.of(config));
        assertTrue(families.init(config, ModelOptions.defaults()).numParams() > 0);
        assertTrue(families.modelTypes().contains("llama"));
        assertThrows(IllegalArgumentException.class, () -> ModelFamilies.standard().of(config));
        ModelFamily other = new Usurper();
        assertSame(other, families.with(other).of(TinyConfigs.bert()));
    }

    @Test
    void registeredAsService(@TempDir Path folder) throws IOException {
        withService(
                folder,
                Alpaca.class,
                () -> {
                    HfConfig config = TinyConfigs.llama().with("model_type", "alpaca");
                    assertInstanceOf(Alpaca.class, ModelFamilies.standard().of(config));
                });
        withService(
                folder,
                Usurper.class,
                () -> {
                    Exception e =
                            assertThrows(IllegalArgumentException.class, ModelFamilies::standard);
                    assertTrue(e.getMessage().contains("BertFamily"), e.getMessage());
                });
    }

    private static void withService(Path folder, Class<?> service, Runnable body)
            throws IOException {
        Path file = folder.resolve("META-INF/services/" + ModelFamily.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, service.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            body.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
