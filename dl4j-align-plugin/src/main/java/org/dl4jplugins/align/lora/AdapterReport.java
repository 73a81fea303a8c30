package org.dl4jplugins.align.lora;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.dl4jplugins.core.report.Table;

/**
 * All adapters on all their matrices, and what is wrong with them; {@code toString()} is a table
 * for people.
 */
public final class AdapterReport {
    private final List<AdapterStatus> rows;
    private final boolean learnsOtherwise;

    AdapterReport(List<AdapterStatus> rows, boolean learnsOtherwise) {
        this.rows = List.copyOf(rows);
        this.learnsOtherwise = learnsOtherwise;
    }

    /**
     * Every adapter on every matrix.
     *
     * @return in the network's order
     */
    public List<AdapterStatus> rows() {
        return rows;
    }

    /**
     * Increments that change nothing at the moment.
     *
     * @return those whose {@link AdapterStatus#reason()} is not empty
     */
    public List<AdapterStatus> silent() {
        return rows.stream().filter(row -> !row.isApplied()).toList();
    }

    /**
     * What users should know before they train or predict: no adapter is active, nothing learns, an
     * adapter learns but is switched off or masked, an active one changes nothing, values are not
     * finite.
     *
     * @return one sentence each; empty if all is well
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (rows.stream().allMatch(row -> row.weight() == 0)) {
            problems.add("No adapter is active: the network computes its frozen base");
        }
        if (!learnsOtherwise && rows.stream().noneMatch(AdapterStatus::trainable)) {
            problems.add("Nothing trains: no increment, score, bias or layer learns");
        }
        for (String adapter : adapters()) {
            List<AdapterStatus> own = of(adapter);
            add(
                    problems,
                    adapter,
                    "learns but has no gradient",
                    own.stream()
                            .filter(row -> row.trainable() && row.weight() * row.mask() == 0)
                            .toList());
            add(
                    problems,
                    adapter,
                    "is active but changes nothing",
                    own.stream().filter(row -> row.weight() != 0 && !row.isApplied()).toList());
            add(
                    problems,
                    adapter,
                    "is not usable",
                    own.stream().filter(row -> !Double.isFinite(row.normChange())).toList());
        }
        return problems;
    }

    private static void add(
            List<String> problems, String adapter, String what, List<AdapterStatus> where) {
        if (!where.isEmpty()) {
            problems.add(
                    "Adapter \""
                            + adapter
                            + "\" "
                            + what
                            + " on "
                            + where.stream()
                                    .map(row -> row.name() + " (" + row.reason() + ")")
                                    .collect(Collectors.joining(", ")));
        }
    }

    /**
     * Requires that adapters change the network's weights, each on at least one matrix.
     *
     * @param adapters their names; all adapters if none is given
     * @throws IllegalStateException naming the adapter and, for each matrix, why it is not applied
     */
    public void requireApplied(String... adapters) {
        for (String adapter : adapters.length == 0 ? adapters() : List.of(adapters)) {
            List<AdapterStatus> own = of(adapter);
            if (own.stream().noneMatch(AdapterStatus::isApplied)) {
                throw new IllegalStateException(
                        "Adapter \""
                                + adapter
                                + "\" is not applied: "
                                + own.stream()
                                        .map(row -> row.name() + " (" + row.reason() + ")")
                                        .collect(Collectors.joining(", ")));
            }
        }
    }

    private Set<String> adapters() {
        return rows.stream()
                .map(AdapterStatus::adapter)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<AdapterStatus> of(String adapter) {
        return rows.stream().filter(row -> row.adapter().equals(adapter)).toList();
    }

    @Override
    public String toString() {
        Table.Builder table =
                Table.builder()
                        .text("adapter")
                        .text("matrix")
                        .number("rank", "%.0f", Table.Best.UNMARKED)
                        .number("scaling", "%.4g", Table.Best.UNMARKED)
                        .number("weight", "%.4g", Table.Best.UNMARKED)
                        .number("mask", "%.4g", Table.Best.UNMARKED)
                        .text("learns")
                        .number("|A|", "%.4g", Table.Best.UNMARKED)
                        .number("|B|", "%.4g", Table.Best.UNMARKED)
                        .number("|change|", "%.4g", Table.Best.UNMARKED)
                        .text("not applied");
        for (AdapterStatus row : rows) {
            table.row(
                    row.adapter(),
                    row.name(),
                    row.rank(),
                    row.scaling(),
                    row.weight(),
                    row.mask(),
                    row.trainable() ? "yes" : "no",
                    row.normA(),
                    row.normB(),
                    row.normChange(),
                    row.reason());
        }
        StringBuilder text = new StringBuilder(table.build().text());
        problems().forEach(problem -> text.append(problem).append('\n'));
        return text.toString();
    }
}
