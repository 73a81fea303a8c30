package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.Locale;

/** A plan as text for people. */
final class LoraPlanTable {
    private LoraPlanTable() {}

    static String of(LoraPlan plan) {
        StringBuilder text = new StringBuilder();
        List<LoraTarget> targets = plan.targets();
        int width = targets.stream().mapToInt(t -> t.name().length()).max().orElse(0);
        String row = "%-" + Math.max(6, width) + "s  %16s  %5s  %8s  %7s  %12s%n";
        line(
                text,
                "LoRA adapter \"%s\" on %d matrices%n",
                plan.config().adapterName(),
                targets.size());
        line(text, row, "matrix", "in x out", "rank", "scaling", "dropout", "parameters");
        for (LoraTarget t : targets) {
            line(
                    text,
                    row,
                    t.name(),
                    t.matrix().in() + " x " + t.matrix().out(),
                    t.increment().getRank(),
                    String.format(Locale.ROOT, "%.4g", t.increment().getScaling()),
                    t.increment().getDropout(),
                    t.parameters());
        }
        line(text, "Trained fully: %s%n", names(plan.modulesToSave()));
        line(
                text,
                "Frozen without increments: %d layers; biases that learn: %s; base weights: %s%n",
                plan.frozen().size(),
                plan.config().bias(),
                plan.config().base());
        line(
                text,
                "Trainable parameters: %,d of %,d (%.4f %%)%n",
                plan.trainableParameters(),
                plan.totalParameters(),
                plan.trainablePercent());
        return text.toString();
    }

    private static String names(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
