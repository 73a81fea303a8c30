package org.dl4jplugins.examples.ila;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Which layers learn in a run.
 *
 * @param choice how it is decided
 * @param fraction of all layers, rounded as {@code LayerSignificance} does
 */
record Variant(Choice choice, double fraction) {

    /** LoRA on all layers. */
    static final Variant ALL = new Variant(Choice.ALL, 1);

    /** All that are compared. */
    static List<Variant> all(IlaSettings settings) {
        TreeSet<Double> fractions = new TreeSet<>(settings.top());
        fractions.add(kept(settings));
        List<Variant> variants = new ArrayList<>(List.of(ALL));
        for (Choice choice : List.of(Choice.ILA, Choice.RANDOM)) {
            for (double fraction : fractions.descendingSet()) {
                variants.add(new Variant(choice, fraction));
            }
        }
        for (Choice choice :
                List.of(Choice.FIRST, Choice.LAST, Choice.GRADIENT, Choice.SENSITIVITY)) {
            variants.add(new Variant(choice, settings.baseline()));
        }
        return List.copyOf(variants);
    }

    /** The fraction that stays when the least important layers are frozen. */
    static double kept(IlaSettings settings) {
        return 1 - settings.frozen();
    }

    /** How many sets of layers there are for one seed. */
    int draws(IlaSettings settings) {
        return choice == Choice.RANDOM ? settings.randomDraws() : 1;
    }

    /** For tables. */
    String title() {
        return this.equals(ALL)
                ? "LoRA on all layers"
                : String.format(Locale.ROOT, "%s, %.0f %%", choice.title(), 100 * fraction);
    }

    /** For names of files. */
    String key() {
        return String.format(Locale.ROOT, "%s-%.0f", choice.key(), 100 * fraction);
    }
}
