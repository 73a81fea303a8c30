package org.dl4jplugins.multimodal.metric;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.dl4jplugins.multimodal.data.SceneCaptions;
import org.dl4jplugins.multimodal.data.SceneDescription;

/**
 * How often a description of a scene is right in all its attributes, and how often in each of them.
 * An attribute of the scene is wrong if the description has another value for it or, being of
 * another kind or unreadable, none.
 */
public final class AttributeAccuracy {
    private final Map<String, int[]> byAttribute = new TreeMap<>();
    private int count;
    private int exact;
    private int unreadable;

    /**
     * Counts a caption.
     *
     * @param scene what is shown
     * @param caption what was said
     * @return whether it is exactly right
     */
    public boolean add(SceneDescription scene, String caption) {
        return add(scene, SceneCaptions.parse(caption));
    }

    /**
     * Counts what was recognized, by whatever means.
     *
     * @param scene what is shown or was asked for
     * @param recognized empty if nothing that makes sense was
     * @return whether it is exactly right
     */
    public boolean add(SceneDescription scene, Optional<SceneDescription> recognized) {
        boolean right = recognized.isPresent() && recognized.get().equals(scene);
        Map<String, String> said = recognized.map(SceneDescription::attributes).orElseGet(Map::of);
        scene.attributes()
                .forEach(
                        (name, value) -> {
                            int[] counts = byAttribute.computeIfAbsent(name, n -> new int[2]);
                            counts[0] += value.equals(said.get(name)) ? 1 : 0;
                            counts[1]++;
                        });
        count++;
        exact += right ? 1 : 0;
        unreadable += recognized.isEmpty() ? 1 : 0;
        return right;
    }

    /** How many were counted. */
    public int count() {
        return count;
    }

    /** Share that is right in all attributes, 0 to 1; NaN before the first. */
    public double exact() {
        return (double) exact / count;
    }

    /** Share that could not be read, 0 to 1; NaN before the first. */
    public double unreadable() {
        return (double) unreadable / count;
    }

    /**
     * Share that is right in each attribute, 0 to 1, among the scenes that have it.
     *
     * @return by the attribute's name, sorted
     */
    public Map<String, Double> byAttribute() {
        Map<String, Double> shares = new TreeMap<>();
        byAttribute.forEach((name, counts) -> shares.put(name, (double) counts[0] / counts[1]));
        return shares;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%.1f %% of %d exact, %.1f %% unreadable, by attribute %s",
                100 * exact(),
                count,
                100 * unreadable(),
                byAttribute());
    }
}
