package org.dl4jplugins.core.report;

import static j2html.TagCreator.h2;
import static j2html.TagCreator.p;
import static j2html.TagCreator.pre;

import j2html.tags.DomContent;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dl4jplugins.core.io.AtomicFiles;

/**
 * A page that needs nothing but itself: charts, tables, text and settings in one HTML file.
 *
 * <p>Pictures and style are inside, there is no script and no address, all text is escaped. The
 * page follows the reader's choice of a light or a dark screen.
 */
public final class HtmlReport {
    private final String html;

    private HtmlReport(Builder builder) {
        html = Markup.page(builder.title, builder.content);
    }

    /**
     * Starts a page.
     *
     * @param title its heading and the name of its window
     * @return a builder without content
     */
    public static Builder builder(String title) {
        return new Builder(title);
    }

    /**
     * The whole page.
     *
     * @return an HTML document
     */
    public String html() {
        return html;
    }

    /**
     * Writes the page, replacing an older one in one step.
     *
     * @param file usually ends in {@code .html}; its folder is created if missing
     * @throws IOException if the file cannot be written
     */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, html);
    }

    /** Collects the content, from top to bottom. */
    public static final class Builder {
        private final String title;
        private final List<DomContent> content = new ArrayList<>();

        private Builder(String title) {
            this.title = Require.text("title", title);
        }

        /**
         * Starts a section.
         *
         * @param heading its heading
         * @return this
         */
        public Builder section(String heading) {
            content.add(h2(Require.text("heading", heading)));
            return this;
        }

        /**
         * Adds a paragraph.
         *
         * @param text plain text, not HTML
         * @return this
         */
        public Builder paragraph(String text) {
            content.add(p(Require.text("text", text)));
            return this;
        }

        /**
         * Adds text whose line breaks and spaces count, such as a printed plan.
         *
         * @param text plain text, not HTML
         * @return this
         */
        public Builder preformatted(String text) {
            content.add(pre(Require.text("text", text)));
            return this;
        }

        /**
         * Adds a chart.
         *
         * @param chart the chart
         * @param caption what to see in it; may be empty
         * @return this
         */
        public Builder chart(Chart chart, String caption) {
            content.add(Markup.chart(chart, caption));
            return this;
        }

        /**
         * Adds a table.
         *
         * @param table the table
         * @param caption what to see in it; may be empty
         * @return this
         */
        public Builder table(Table table, String caption) {
            content.add(Markup.tabular(table, caption));
            return this;
        }

        /**
         * Adds a list of settings: seed, versions and whatever else one needs to run it again.
         *
         * @param settings names and values, in the map's order; see {@link RunEnvironment}
         * @return this
         */
        public Builder settings(Map<String, ?> settings) {
            content.add(Markup.settings(new LinkedHashMap<>(settings)));
            return this;
        }

        /**
         * Finishes the page.
         *
         * @return the page
         */
        public HtmlReport build() {
            return new HtmlReport(this);
        }

        /**
         * Finishes the page and writes it.
         *
         * @param file usually ends in {@code .html}; its folder is created if missing
         * @return the page
         * @throws IOException if the file cannot be written
         */
        public HtmlReport write(Path file) throws IOException {
            HtmlReport report = build();
            report.write(file);
            return report;
        }
    }
}
