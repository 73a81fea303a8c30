package org.dl4jplugins.core.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {

    @TempDir private Path folder;

    private StateFile state(String kind, String owner) {
        return new StateFile(folder.resolve("state"), kind, owner);
    }

    @Test
    void comesBackAsItWas() throws IOException {
        StateFile file = state("training", "model A");
        assertFalse(file.exists());
        byte[] large = new byte[200_000];
        large[199_999] = 7;
        file.save(
                out -> {
                    out.writeLong(5);
                    out.write(large);
                });
        assertTrue(file.exists());
        state("training", "model A")
                .load(
                        in -> {
                            assertEquals(5, in.readLong());
                            assertArrayEquals(large, in.readNBytes(large.length));
                        });
    }

    @Test
    void aFailedWriteKeepsTheOldState() throws IOException {
        StateFile file = state("training", "model A");
        file.save(out -> out.writeLong(5));
        assertThrows(
                IOException.class,
                () ->
                        file.save(
                                out -> {
                                    out.writeLong(6);
                                    throw new IOException("disk full");
                                }));
        file.load(in -> assertEquals(5, in.readLong()));
    }

    @Test
    void refusesWhatIsNotItsState() throws IOException {
        state("training", "model A").save(out -> out.writeLong(5));
        refused("its state is of\nmodel A\nnot of\nmodel B", state("training", "model B"));
        refused("it is not a state of kind search", state("search", "model A"));
        Path file = folder.resolve("state");
        byte[] bytes = Files.readAllBytes(file);
        for (int i = 0; i < bytes.length; i++) {
            byte[] damaged = bytes.clone();
            damaged[i] ^= 4;
            Files.write(file, damaged);
            refused("it is not a whole state", state("training", "model A"));
        }
        for (int length : new int[] {0, 7, 8, bytes.length - 1}) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> state("training", "model A").load(in -> {}));
        }
    }

    private void refused(String message, StateFile state) {
        String given =
                assertThrows(IllegalArgumentException.class, () -> state.load(in -> {}))
                        .getMessage();
        assertEquals(folder.resolve("state") + ": " + message, given);
    }
}
