package org.dl4jplugins.core.io;

import java.io.IOException;

/**
 * A value whose making may fail with an {@link IOException}.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface IOSupplier<T> {
    /**
     * Makes or reads the value.
     *
     * @return the value
     * @throws IOException if that fails
     */
    T get() throws IOException;
}
