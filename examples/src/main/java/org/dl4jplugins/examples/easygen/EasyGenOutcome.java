package org.dl4jplugins.examples.easygen;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.dl4jplugins.examples.run.Spread;

/** The results there are so far. */
final class EasyGenOutcome {

    private final EasyGenSettings settings;
    private final EasyGenFolder folder;
    private final Map<Long, Stages> seeds = new LinkedHashMap<>();
    private Stages shared;

    EasyGenOutcome(EasyGenSettings settings, EasyGenFolder folder) {
        this.settings = settings;
        this.folder = folder;
    }

    void add(Stages ofAllSeeds) {
        shared = ofAllSeeds;
    }

    void add(long seed, Stages stages) {
        seeds.put(seed, stages);
    }

    EasyGenSettings settings() {
        return settings;
    }

    EasyGenFolder folder() {
        return folder;
    }

    /** What the judge's stage ended with; null if it has not. */
    StageResult judge() {
        return shared.results().get(Judge.STAGE);
    }

    /** A stage of all seeds for which it has ended. */
    List<StageResult> results(String stage) {
        return seeds.values().stream()
                .map(stages -> stages.results().get(stage))
                .filter(Objects::nonNull)
                .toList();
    }

    /** A metric over the seeds; null if no seed has it. */
    Spread spread(String stage, String metric, double factor) {
        double[] values =
                results(stage).stream()
                        .map(result -> result.metrics().get(metric))
                        .filter(Objects::nonNull)
                        .mapToDouble(value -> factor * value)
                        .toArray();
        return values.length == 0 ? null : Spread.of(values);
    }

    /** Stages of the first seed, in order. */
    Map<String, StageResult> first() {
        return seeds.isEmpty() ? Map.of() : seeds.values().iterator().next().results();
    }

    /** Folder of the first seed. */
    EasyGenFolder firstFolder() {
        return folder.ofSeed(settings.seeds().get(0));
    }

    /** Seconds of all stages together. */
    double seconds() {
        double own = shared.results().values().stream().mapToDouble(StageResult::seconds).sum();
        return own
                + seeds.values().stream()
                        .flatMap(stages -> stages.results().values().stream())
                        .mapToDouble(StageResult::seconds)
                        .sum();
    }
}
