package org.dl4jplugins.examples.ila;

import java.util.List;
import org.dl4jplugins.align.data.TextExample;

/**
 * The lines that all texts of a data set begin and end with, such as a question and its options: to
 * a classifier they say nothing and cost time.
 */
final class CommonFrame {

    private final String before;
    private final String after;

    /** The frame of these texts, at least one; a single text has none. */
    CommonFrame(List<String> texts) {
        String start = texts.get(0);
        String end = start;
        for (String text : texts) {
            while (!text.startsWith(start)) {
                start = start.substring(0, start.length() - 1);
            }
            while (!text.endsWith(end)) {
                end = end.substring(1);
            }
        }
        boolean single = texts.stream().distinct().count() < 2;
        before = single ? "" : start.substring(0, start.lastIndexOf('\n') + 1);
        int line = end.indexOf('\n');
        after = single || line < 0 ? "" : end.substring(line);
    }

    /** What of an example's text is its own. */
    String strip(TextExample example) {
        String text = example.input();
        boolean framed =
                text.length() >= before.length() + after.length()
                        && text.startsWith(before)
                        && text.endsWith(after);
        return framed
                ? text.substring(before.length(), text.length() - after.length()).strip()
                : text;
    }
}
