package org.dl4jplugins.multimodal.data;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.random.RandomGenerator;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;

/** Exact places for the things of a description, such that exactly this description is true. */
final class SceneLayout {
    /** How far a thing may be from the middle of its place. */
    private static final double JITTER = 0.05;

    private static final double PAIR_RADIUS = 0.15;
    private static final double PAIR_MARGIN = 0.18;
    private static final double NEAREST = 0.4;
    private static final double FARTHEST = 0.56;

    /** How far two things may be off the line that their relation means. */
    private static final double SLANT = 0.12;

    private static final int TRIES = 100;

    private SceneLayout() {}

    static Scene place(SceneDescription description, RandomGenerator random) {
        if (description instanceof Placed placed) {
            return new Scene(
                    description,
                    List.of(
                            new SceneObject(
                                    placed.item(),
                                    placed.place().x() + between(-JITTER, JITTER, random),
                                    placed.place().y() + between(-JITTER, JITTER, random),
                                    placed.size().radius())));
        }
        if (description instanceof Counted counted) {
            return new Scene(description, scattered(counted, random));
        }
        return new Scene(description, pair((Related) description, random));
    }

    private static List<SceneObject> scattered(Counted counted, RandomGenerator random) {
        double radius = counted.count() <= 4 ? 0.13 : 0.11;
        List<SceneObject> objects = new ArrayList<>();
        while (objects.size() < counted.count()) {
            objects.clear();
            for (int t = 0; t < TRIES && objects.size() < counted.count(); t++) {
                double x = between(1.25 * radius, 1 - 1.25 * radius, random);
                double y = between(1.25 * radius, 1 - 1.25 * radius, random);
                if (objects.stream().allMatch(o -> apart(o, x, y, 2.4 * radius))) {
                    objects.add(new SceneObject(counted.item(), x, y, radius));
                }
            }
        }
        return objects;
    }

    /** Further apart in one direction than their widths: even the corners of squares are. */
    private static boolean apart(SceneObject object, double x, double y, double distance) {
        return Math.max(Math.abs(object.x() - x), Math.abs(object.y() - y)) > distance;
    }

    private static List<SceneObject> pair(Related related, RandomGenerator random) {
        double distance = between(NEAREST, FARTHEST, random);
        double along = between(PAIR_MARGIN, 1 - PAIR_MARGIN - distance, random);
        double across = between(PAIR_MARGIN + SLANT, 1 - PAIR_MARGIN - SLANT, random);
        double slanted = across + between(-SLANT, SLANT, random);
        boolean flat = related.relation() == SceneRelation.LEFT_OF;
        return List.of(
                object(related.first(), along, across, flat),
                object(related.second(), along + distance, slanted, flat));
    }

    private static SceneObject object(SceneItem item, double along, double across, boolean flat) {
        return new SceneObject(item, flat ? along : across, flat ? across : along, PAIR_RADIUS);
    }

    private static double between(double least, double most, RandomGenerator random) {
        return least + (most - least) * random.nextDouble();
    }
}
