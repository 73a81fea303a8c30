package org.dl4jplugins.mtl.recon;

import java.util.List;
import java.util.Locale;

/** A plan as text for people. */
final class PlanTable {
    private PlanTable() {}

    static String of(ReconPlan plan) {
        StringBuilder text = new StringBuilder();
        List<SplitLayer> split = plan.split();
        int width = split.stream().mapToInt(s -> s.layer().length()).max().orElse(0);
        String row = "%4s  %-" + Math.max(5, width) + "s  %12s  %12s  %12s  %s%n";
        line(
                text,
                "Recon: %d of %d shared layers, one copy per task%n",
                split.size(),
                plan.sharedLayers());
        line(text, row, "rank", "layer", "score", "parameters", "added", "copies for");
        for (int i = 0; i < split.size(); i++) {
            SplitLayer s = split.get(i);
            line(
                    text,
                    row,
                    i + 1,
                    s.layer(),
                    Double.isNaN(s.score()) ? "-" : String.format(Locale.ROOT, "%.0f", s.score()),
                    s.parameters(),
                    s.addedParameters(),
                    String.join(", ", s.tasks()));
        }
        line(
                text,
                "Shared weights on several streams: %s%n",
                String.join(", ", plan.streamed().stream().map(StreamedLayer::layer).toList()));
        line(
                text,
                "Size %.2f MB -> %.2f MB: %d parameters added, %.2f %% of the shared ones%n",
                plan.megabytesBefore(),
                plan.megabytesAfter(),
                plan.addedParameters(),
                plan.addedPercent());
        line(text, "Initialization: %s, seed %d%n", plan.init(), plan.seed());
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values));
    }
}
