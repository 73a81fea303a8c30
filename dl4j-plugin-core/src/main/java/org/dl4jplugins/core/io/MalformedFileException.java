package org.dl4jplugins.core.io;

import java.io.IOException;
import java.nio.file.Path;

/** A file contradicts its own format. The message says which file and why. */
public final class MalformedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * Refuses a file.
     *
     * @param file that cannot be used
     * @param reason what is wrong, and what would be right
     */
    public MalformedFileException(Path file, String reason) {
        super(file + ": " + reason);
    }

    /**
     * Refuses something that is not a file of its own, such as a resource.
     *
     * @param name what a reader would look for
     * @param reason what is wrong, and what would be right
     */
    public MalformedFileException(String name, String reason) {
        super(name + ": " + reason);
    }
}
