package org.dl4jplugins.multimodal.data;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.random.RandomGenerator;
import org.dl4jplugins.multimodal.data.SceneDescription.Counted;
import org.dl4jplugins.multimodal.data.SceneDescription.Placed;
import org.dl4jplugins.multimodal.data.SceneDescription.Related;

/** Cells of a grid for the things of a description, such that exactly this description is true. */
final class GridLayout {
    private static final int SIDE = 3;
    private static final double HALF_CELL = 0.5 / SIDE;
    private static final double LARGEST = 0.155;
    private static final double COUNTED_RADIUS = 0.13;

    /** How far a thing may be from the middle of its cell. */
    private static final double JITTER = 0.02;

    private GridLayout() {}

    static Scene place(SceneDescription description, RandomGenerator random) {
        if (description instanceof Placed placed) {
            return new Scene(
                    description,
                    List.of(
                            object(
                                    placed.item(),
                                    placed.size().radius(),
                                    cell(placed.place().x()),
                                    cell(placed.place().y()),
                                    random)));
        }
        if (description instanceof Counted counted) {
            return new Scene(
                    description,
                    chosen(SIDE * SIDE, counted.count(), random).stream()
                            .map(
                                    cell ->
                                            object(
                                                    counted.item(),
                                                    COUNTED_RADIUS,
                                                    cell % SIDE,
                                                    cell / SIDE,
                                                    random))
                            .toList());
        }
        Related related = (Related) description;
        boolean flat = related.relation() == SceneRelation.LEFT_OF;
        int across = random.nextInt(SIDE);
        return new Scene(
                description,
                List.of(
                        paired(related.first(), 0, across, flat, random),
                        paired(related.second(), SIDE - 1, beside(across, random), flat, random)));
    }

    /** The same row or column, or a neighbour of it, such that the relation stays unmistakable. */
    private static int beside(int across, RandomGenerator random) {
        int first = Math.max(0, across - 1);
        int last = Math.min(SIDE - 1, across + 1);
        return first + random.nextInt(last - first + 1);
    }

    private static SceneObject paired(
            SceneItem item, int along, int across, boolean flat, RandomGenerator random) {
        return object(item, LARGEST, flat ? along : across, flat ? across : along, random);
    }

    private static SceneObject object(
            SceneItem item, double radius, int column, int row, RandomGenerator random) {
        double inside = Math.min(radius, LARGEST);
        double jitter = Math.min(JITTER, HALF_CELL - inside);
        return new SceneObject(
                item, near(column, jitter, random), near(row, jitter, random), inside);
    }

    private static double near(int cell, double jitter, RandomGenerator random) {
        return (2 * cell + 1) * HALF_CELL + jitter * (2 * random.nextDouble() - 1);
    }

    private static int cell(double place) {
        return (int) (SIDE * place);
    }

    /** Different numbers below a bound. */
    private static List<Integer> chosen(int bound, int count, RandomGenerator random) {
        List<Integer> left = IntStream.range(0, bound).boxed().collect(Collectors.toList());
        return IntStream.range(0, count)
                .mapToObj(i -> left.remove(random.nextInt(left.size())))
                .toList();
    }
}
