package org.dl4jplugins.multimodal.vision;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.align.transformer.Linear;
import org.dl4jplugins.core.io.SafeTensors;
import org.dl4jplugins.core.io.SafeTensorsWriter;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Parameters of a graph whose vertices have the names of PyTorch modules, as tensors of a file.
 * Tensors that belong to no parameter are passed over: a file may hold other models as well.
 */
final class ModuleTensors {
    private static final int LISTED = 5;

    private final String what;
    private final String mark;
    private final Function<String, List<String>> aliases;
    private final List<ModuleTensor> tensors = new ArrayList<>();

    /**
     * The tensors of a graph.
     *
     * @param what messages call the layout
     * @param mark a tensor by which a common prefix is found
     * @param aliases other names of a module
     */
    ModuleTensors(
            ComputationGraph graph,
            String what,
            String mark,
            Function<String, List<String>> aliases) {
        this.what = what;
        this.mark = mark;
        this.aliases = aliases;
        for (Layer layer : graph.getLayers()) {
            String name = layer.conf().getLayer().getLayerName();
            layer.paramTable()
                    .forEach((key, value) -> tensors.add(tensor(layer, name, key, value)));
        }
    }

    private ModuleTensor tensor(Layer layer, String name, String key, INDArray value) {
        if (layer.conf().getLayer() instanceof Linear linear && key.equals("W")) {
            long in = linear.getNIn();
            long out = linear.getNOut();
            return new ModuleTensor(
                    names(name, ".weight"), ModuleShapes.of(name, out, in), value.transpose());
        }
        List<long[]> shapes =
                value.rank() == 4
                        ? List.of(value.shape())
                        : ModuleShapes.of(name, value.shape(), value.length());
        return new ModuleTensor(names(name, key.equals("b") ? ".bias" : ".weight"), shapes, value);
    }

    private List<String> names(String module, String ending) {
        if (ModuleShapes.isBare(module)) {
            return List.of(module);
        }
        return Stream.concat(Stream.of(module), aliases.apply(module).stream())
                .distinct()
                .map(name -> name + ending)
                .toList();
    }

    /** Reads all parameters, or none if one is missing or has another shape. */
    void load(Path file) throws IOException {
        try (SafeTensors source = SafeTensors.open(file)) {
            String prefix = prefix(source);
            Map<ModuleTensor, String> found = new LinkedHashMap<>();
            List<String> wrong = new ArrayList<>();
            for (ModuleTensor tensor : tensors) {
                String name =
                        tensor.names().stream()
                                .map(n -> prefix + n)
                                .filter(source::contains)
                                .findFirst()
                                .orElse(null);
                if (name == null) {
                    wrong.add(prefix + tensor.name() + " " + tensor.shape() + " is missing");
                } else if (!tensor.fits(source.shape(name))) {
                    wrong.add(
                            name
                                    + " has shape "
                                    + Arrays.toString(source.shape(name))
                                    + ", the configuration gives "
                                    + tensor.shape());
                } else {
                    found.put(tensor, name);
                }
            }
            refuse(file, wrong);
            for (Map.Entry<ModuleTensor, String> entry : found.entrySet()) {
                INDArray view = entry.getKey().parameter();
                INDArray values = source.read(entry.getValue(), view.dataType());
                view.assign(values.reshape('c', view.shape()));
            }
        }
    }

    private void refuse(Path file, List<String> wrong) {
        if (!wrong.isEmpty()) {
            String more = wrong.size() > LISTED ? " and " + (wrong.size() - LISTED) + " more" : "";
            throw new IllegalArgumentException(
                    file
                            + " does not hold a "
                            + what
                            + " of this configuration: "
                            + String.join("; ", wrong.subList(0, Math.min(LISTED, wrong.size())))
                            + more);
        }
    }

    private String prefix(SafeTensors source) {
        if (source.contains(mark)) {
            return "";
        }
        List<String> marks = source.names().stream().filter(n -> n.endsWith("." + mark)).toList();
        return marks.size() == 1
                ? marks.get(0).substring(0, marks.get(0).length() - mark.length())
                : "";
    }

    void save(Path file) throws IOException {
        SafeTensorsWriter.write(file, tensors(), Map.of("format", "pt"));
    }

    /** Copies of the parameters under the names and in the shapes that are written. */
    Map<String, INDArray> tensors() {
        Map<String, INDArray> all = new LinkedHashMap<>();
        for (ModuleTensor tensor : tensors) {
            all.put(
                    tensor.name(),
                    tensor.parameter().dup('c').reshape('c', tensor.shapes().get(0)));
        }
        return all;
    }
}
