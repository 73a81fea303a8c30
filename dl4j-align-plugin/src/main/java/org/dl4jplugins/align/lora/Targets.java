package org.dl4jplugins.align.lora;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which names a configuration chooses. */
final class Targets {
    private static final Pattern PART = Pattern.compile("(?:^|\\.)(\\d+)(?=\\.|$)");
    private static final Pattern ANYWHERE = Pattern.compile("(\\d+)");

    private final LoraConfig config;

    Targets(LoraConfig config) {
        this.config = config;
    }

    /**
     * Whether a matrix is chosen.
     *
     * @param layer name of its layer
     * @param name its own name
     * @param onlyIfNamed whether it has to be named: outputs and embeddings
     */
    boolean chooses(String layer, String name, boolean onlyIfNamed) {
        boolean chosen =
                config.isAllLinear() && !onlyIfNamed
                        || ends(config.targets(), layer)
                        || ends(config.targets(), name)
                        || config.targetRegex() != null && name.matches(config.targetRegex());
        return chosen
                && !ends(config.exclude(), layer)
                && !ends(config.exclude(), name)
                && (config.layers().isEmpty() || config.layers().contains(index(layer)));
    }

    boolean savesFully(String layer) {
        return ends(config.modulesToSave(), layer);
    }

    static boolean ends(List<String> suffixes, String name) {
        return suffixes.stream().anyMatch(s -> name.equals(s) || name.endsWith("." + s));
    }

    /** Index of the block a name belongs to, -1 if it has none. */
    static int index(String name) {
        Matcher part = PART.matcher(name);
        if (part.find()) {
            return Integer.parseInt(part.group(1));
        }
        Matcher anywhere = ANYWHERE.matcher(name);
        return anywhere.find() ? Integer.parseInt(anywhere.group(1)) : -1;
    }
}
