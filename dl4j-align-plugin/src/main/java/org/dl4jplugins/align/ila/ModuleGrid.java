package org.dl4jplugins.align.ila;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Layers as a table of blocks and the modules that recur in them: {@code
 * model.layers.3.self_attn.q_proj} is in row {@code model.layers.3} and column {@code q_proj}.
 *
 * <p>A block is a name up to its first whole-number part; a layer without such a part has a row of
 * its own. Modules are shortened to the last parts that tell them apart.
 */
final class ModuleGrid {

    private static final Pattern BLOCK = Pattern.compile("(?:[^.]+\\.)*?\\d+(?=\\.)");
    private static final String WHOLE = "(layer)";

    private record Cell(String block, String module) {}

    private final List<Cell> cells;
    private final List<String> blocks;
    private final List<String> modules;

    ModuleGrid(List<AdaptedMatrix> layers) {
        cells = layers.stream().map(ModuleGrid::cell).toList();
        blocks = cells.stream().map(Cell::block).distinct().toList();
        modules = cells.stream().map(Cell::module).distinct().toList();
    }

    private static Cell cell(AdaptedMatrix layer) {
        Matcher block = BLOCK.matcher(layer.name());
        if (block.lookingAt()) {
            return new Cell(block.group(), layer.name().substring(block.end() + 1));
        }
        boolean only = layer.name().equals(layer.layer());
        return new Cell(layer.layer(), only ? WHOLE : layer.matrix());
    }

    List<String> rows() {
        return blocks;
    }

    List<String> columns() {
        Map<String, String> shortest = new LinkedHashMap<>();
        for (String module : modules) {
            String name = module;
            for (int dot = module.lastIndexOf('.');
                    dot >= 0;
                    dot = module.lastIndexOf('.', dot - 1)) {
                String suffix = module.substring(dot);
                if (modules.stream().filter(m -> ("." + m).endsWith(suffix)).count() == 1) {
                    name = suffix.substring(1);
                    break;
                }
            }
            shortest.put(module, name);
        }
        return List.copyOf(shortest.values());
    }

    /** Values in the layers' order as [row, column], NaN where there is no layer. */
    double[][] arrange(double[] values) {
        double[][] table = new double[blocks.size()][modules.size()];
        for (double[] row : table) {
            Arrays.fill(row, Double.NaN);
        }
        for (int i = 0; i < values.length; i++) {
            Cell cell = cells.get(i);
            table[blocks.indexOf(cell.block())][modules.indexOf(cell.module())] = values[i];
        }
        return table;
    }
}
