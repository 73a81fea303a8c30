package org.dl4jplugins.mtl.data;

import java.io.IOException;

/**
 * A data file that is not what it should be: damaged, of another format, or at odds with itself.
 * The message names the file, the line where there are lines, and what is wrong.
 */
public final class MalformedFileException extends IOException {

    /** With the file's name and what is wrong. */
    public MalformedFileException(String message) {
        super(message);
    }

    /** With the file's name, what is wrong, and what found it. */
    public MalformedFileException(String message, Throwable cause) {
        super(message, cause);
    }
}
