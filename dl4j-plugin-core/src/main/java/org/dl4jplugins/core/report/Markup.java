package org.dl4jplugins.core.report;

import static j2html.TagCreator.body;
import static j2html.TagCreator.caption;
import static j2html.TagCreator.document;
import static j2html.TagCreator.each;
import static j2html.TagCreator.figcaption;
import static j2html.TagCreator.figure;
import static j2html.TagCreator.h1;
import static j2html.TagCreator.head;
import static j2html.TagCreator.html;
import static j2html.TagCreator.iff;
import static j2html.TagCreator.img;
import static j2html.TagCreator.main;
import static j2html.TagCreator.meta;
import static j2html.TagCreator.rawHtml;
import static j2html.TagCreator.style;
import static j2html.TagCreator.table;
import static j2html.TagCreator.tbody;
import static j2html.TagCreator.td;
import static j2html.TagCreator.th;
import static j2html.TagCreator.thead;
import static j2html.TagCreator.title;
import static j2html.TagCreator.tr;

import j2html.tags.DomContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The HTML of a report's parts; j2html escapes all text. */
final class Markup {
    /** Characters; XChart draws letters as outlines, so an SVG with many is larger than a PNG. */
    private static final int LARGEST_SVG = 400_000;

    private Markup() {}

    static String page(String name, List<DomContent> content) {
        DomContent start =
                head(
                        meta().withCharset("utf-8"),
                        meta().withName("viewport")
                                .withContent("width=device-width, initial-scale=1"),
                        title(name),
                        style(rawHtml(css())));
        DomContent rest = body(main(h1(name), each(content, part -> part)));
        return document(html(start, rest).withLang("en"));
    }

    static DomContent chart(Chart chart, String text) {
        return figure(
                img().withSrc(inline(chart)).withAlt(chart.title()),
                iff(!text.isBlank(), figcaption(text)));
    }

    static DomContent tabular(Table shown, String text) {
        List<String> names = shown.header();
        DomContent header =
                thead(
                        tr(
                                each(
                                        IntStream.range(0, names.size()).boxed().toList(),
                                        c -> heading(names.get(c), shown.isNumber(c)))));
        DomContent rows = tbody(each(shown.rows(), row -> tr(each(row, Markup::cell))));
        return table(iff(!text.isBlank(), caption(text)), header, rows);
    }

    static DomContent settings(Map<String, ?> settings) {
        return table(
                        tbody(
                                each(
                                        settings.entrySet(),
                                        e -> tr(th(e.getKey()), td(String.valueOf(e.getValue()))))))
                .withClass("settings");
    }

    private static DomContent heading(String name, boolean number) {
        return th(name).withCondClass(number, "number");
    }

    private static DomContent cell(Table.Cell cell) {
        String css = (cell.number() ? "number" : "") + (cell.best() ? " best" : "");
        return td(cell.text()).withCondClass(!css.isEmpty(), css);
    }

    private static String inline(Chart chart) {
        String svg = chart.svg();
        return svg.length() <= LARGEST_SVG
                ? data("image/svg+xml", svg.getBytes(StandardCharsets.UTF_8))
                : data("image/png", chart.png());
    }

    private static String data(String type, byte[] bytes) {
        return "data:" + type + ";base64," + Base64.getEncoder().encodeToString(bytes);
    }

    private static String css() {
        try (InputStream in = Markup.class.getResourceAsStream("report.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException inTheJar) {
            throw new UncheckedIOException(inTheJar);
        }
    }
}
