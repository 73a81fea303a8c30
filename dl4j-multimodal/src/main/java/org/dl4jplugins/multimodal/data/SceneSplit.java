package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.commons.math3.random.RandomAdaptor;

/**
 * A compositional split: some combinations never occur in training, although every single color,
 * shape, size, place, count and relation does. Who describes or draws the held-out scenes has
 * understood the parts.
 */
public final class SceneSplit {
    private static final int SPLIT_STREAM = 5;

    private final List<SceneDescription> training;
    private final List<SceneDescription> heldOut;

    private SceneSplit(SceneWorld world, Predicate<SceneDescription> isHeldOut) {
        Map<Boolean, List<SceneDescription>> parts =
                world.descriptions().stream().collect(Collectors.partitioningBy(isHeldOut));
        training = List.copyOf(parts.get(false));
        heldOut = List.copyOf(parts.get(true));
    }

    /**
     * Holds out whole descriptions, of each kind about the same share: "a small red circle in the
     * top left" is new, small red circles are not. A description stays in training if an attribute
     * of it would otherwise not occur there.
     *
     * @param share of the descriptions to hold out, above 0 and below 1
     * @param seed decides which
     */
    public static SceneSplit ofDescriptions(SceneWorld world, double share, long seed) {
        requireShare(share);
        List<SceneDescription> order = shuffled(world.descriptions(), seed);
        Map<SceneKind, Integer> left = new HashMap<>();
        for (SceneDescription description : order) {
            left.merge(SceneKind.of(description), 1, Integer::sum);
        }
        left.replaceAll((kind, all) -> (int) Math.max(1, Math.round(share * all)));
        Map<String, Integer> seen = new HashMap<>();
        order.forEach(d -> values(d).forEach(value -> seen.merge(value, 1, Integer::sum)));
        Set<SceneDescription> out = new HashSet<>();
        for (SceneDescription description : order) {
            SceneKind kind = SceneKind.of(description);
            if (left.get(kind) > 0
                    && values(description).stream().allMatch(value -> seen.get(value) > 1)) {
                values(description).forEach(value -> seen.merge(value, -1, Integer::sum));
                left.merge(kind, -1, Integer::sum);
                out.add(description);
            }
        }
        return new SceneSplit(world, out::contains);
    }

    private static List<String> values(SceneDescription description) {
        List<String> values = new ArrayList<>();
        description
                .attributes()
                .forEach((name, value) -> values.add(SceneKind.of(description) + name + value));
        return values;
    }

    /**
     * Holds out pairs of color and shape, the harder split: no red circle is ever seen, but red
     * things and circles are. Held out is every description that has such a thing. Each color keeps
     * at least half of its shapes (rounded up) for training, each shape half of its colors.
     *
     * @param share of the pairs to hold out, above 0 and at most 0.5
     * @param seed decides which
     */
    public static SceneSplit ofItems(SceneWorld world, double share, long seed) {
        requireShare(share);
        Set<SceneItem> all = new LinkedHashSet<>();
        world.descriptions().forEach(description -> all.addAll(description.items()));
        Map<Object, Integer> most = new HashMap<>();
        for (SceneItem item : all) {
            most.merge(item.color(), 1, Integer::sum);
            most.merge(item.shape(), 1, Integer::sum);
        }
        most.replaceAll((value, items) -> items / 2);
        long wanted = Math.max(1, Math.round(share * all.size()));
        Set<SceneItem> out = new HashSet<>();
        for (SceneItem item : shuffled(List.copyOf(all), seed)) {
            if (out.size() < wanted && most.get(item.color()) > 0 && most.get(item.shape()) > 0) {
                out.add(item);
                most.merge(item.color(), -1, Integer::sum);
                most.merge(item.shape(), -1, Integer::sum);
            }
        }
        return new SceneSplit(world, d -> !Collections.disjoint(d.items(), out));
    }

    private static void requireShare(double share) {
        Ensure.that(share > 0 && share < 1, "share", share, "above 0 and below 1");
    }

    private static <T> List<T> shuffled(List<T> from, long seed) {
        List<T> order = new ArrayList<>(from);
        Random random = new RandomAdaptor(Seeds.generator(seed, SPLIT_STREAM, 0));
        Collections.shuffle(order, random);
        return order;
    }

    /** The descriptions to train on. */
    public List<SceneDescription> training() {
        return training;
    }

    /** The descriptions that training must not see. */
    public List<SceneDescription> heldOut() {
        return heldOut;
    }
}
