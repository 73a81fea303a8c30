package org.dl4jplugins.core.io;

import java.io.IOException;

/**
 * Work on a value that may fail with an {@link IOException}.
 *
 * @param <T> the value, usually an {@link java.io.OutputStream}
 */
@FunctionalInterface
public interface IOConsumer<T> {
    /**
     * Does the work.
     *
     * @param value what to work on
     * @throws IOException if the work fails
     */
    void accept(T value) throws IOException;
}
