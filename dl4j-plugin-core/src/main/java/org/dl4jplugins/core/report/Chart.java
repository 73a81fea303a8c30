package org.dl4jplugins.core.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.dl4jplugins.core.io.AtomicFiles;

/**
 * A finished picture: immutable, drawn anew whenever one of its forms is asked for.
 *
 * <p>Drawing needs no display, only fonts. Unless the program has chosen otherwise, the first chart
 * sets the system property {@code java.awt.headless} to {@code true}.
 */
public interface Chart {
    /**
     * What the chart shows, also its text for readers who cannot see it.
     *
     * @return the title, not empty
     */
    String title();

    /**
     * The chart as vector graphics.
     *
     * @return a complete SVG document without references to anything outside it
     */
    String svg();

    /**
     * The chart as pixels, two for each unit of the SVG.
     *
     * @return the bytes of a PNG file
     */
    byte[] png();

    /**
     * Writes the chart to a file, in the format that the file's name asks for.
     *
     * @param file ends in {@code .svg} or {@code .png}
     * @throws IOException if the file cannot be written
     * @throws IllegalArgumentException if the name has another ending
     */
    default void write(Path file) throws IOException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".svg")) {
            AtomicFiles.write(file, svg());
        } else if (name.endsWith(".png")) {
            AtomicFiles.write(file, png());
        } else {
            throw new IllegalArgumentException(
                    "file: got '" + file + "', but charts are written as .svg or .png");
        }
    }
}
