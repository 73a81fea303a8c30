package org.dl4jplugins.mtl.data;

import java.io.IOException;

/** A file that is not the IDX file it should be; the message names the file and what is wrong. */
public final class IdxFormatException extends IOException {

    /** With the file's name and what is wrong. */
    public IdxFormatException(String message) {
        super(message);
    }

    /** With the file's name, what is wrong, and what found it. */
    public IdxFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
