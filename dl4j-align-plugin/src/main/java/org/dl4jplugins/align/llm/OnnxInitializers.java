package org.dl4jplugins.align.llm;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.dl4jplugins.core.io.MalformedFileException;
import org.dl4jplugins.core.io.RawTensorSource;
import org.dl4jplugins.core.io.TensorType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights of an ONNX model, by the names that the same model's safetensors have.
 *
 * <p>PyTorch's exporter keeps the names of embeddings, biases and normalizations. The matrix of a
 * linear layer it transposes to [in, out] and gives a number ({@code onnx::MatMul_885}). Such a
 * matrix gets its name back from its bias: where an {@code Add} reads {@code X.bias} and the
 * product of a {@code MatMul}, that product's matrix is {@code X.weight}, shown here as [out, in]
 * again. Constants without a module's name are left out.
 *
 * <p>A file is checked while it is opened; one that contradicts itself is refused with a {@link
 * MalformedFileException}. Models with weights in files of their own, or above 2 GB, are refused.
 */
public final class OnnxInitializers extends RawTensorSource {
    /** Hugging Face's module paths; the exporter's own names have colons or slashes. */
    private static final Pattern MODULE = Pattern.compile("[\\w-]+(\\.[\\w-]+)+");

    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final String source;
    private final Map<String, Weight> weights = new LinkedHashMap<>();

    private OnnxInitializers(ByteBuffer model, String source) throws IOException {
        this.source = source;
        List<OnnxNode> nodes = new ArrayList<>();
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        parse(new ProtoReader(model, source), nodes, tensors);
        name(nodes, tensors);
        if (weights.isEmpty()) {
            throw new MalformedFileException(
                    source, "has no weights with names of modules: not an ONNX model of this kind");
        }
    }

    /**
     * Maps a file into memory.
     *
     * @param file an ONNX model
     * @return its weights
     * @throws MalformedFileException if the file is not an ONNX model with weights
     * @throws IOException if it cannot be read
     */
    public static OnnxInitializers open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new MalformedFileException(file, "is larger than 2 GB, ONNX's own limit");
            }
            return new OnnxInitializers(
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), file.toString());
        }
    }

    /**
     * Reads a model from anywhere, such as a resource, into memory.
     *
     * @param model content of an ONNX model; is read to its end and not closed
     * @param source where it comes from, for messages
     * @return its weights
     * @throws MalformedFileException if the content is not an ONNX model with weights
     * @throws IOException if it cannot be read
     */
    public static OnnxInitializers read(InputStream model, String source) throws IOException {
        return new OnnxInitializers(ByteBuffer.wrap(model.readAllBytes()), source);
    }

    private void parse(ProtoReader model, List<OnnxNode> nodes, Map<String, OnnxTensor> tensors)
            throws IOException {
        while (model.next()) {
            if (model.field() != 7) {
                continue;
            }
            ProtoReader graph = model.message();
            while (graph.next()) {
                switch (graph.field()) {
                    case 1 -> nodes.add(OnnxNode.read(graph.message()));
                    case 5 -> {
                        OnnxTensor tensor = OnnxTensor.read(graph.message(), source);
                        if (tensor != null && tensors.put(tensor.name(), tensor) != null) {
                            throw new MalformedFileException(
                                    source, "has tensor " + tensor.name() + " twice");
                        }
                    }
                    default -> {}
                }
            }
        }
    }

    private void name(List<OnnxNode> nodes, Map<String, OnnxTensor> tensors) throws IOException {
        tensors.forEach(
                (name, tensor) -> {
                    if (MODULE.matcher(name).matches()) {
                        weights.put(name, new Weight(tensor, false));
                    }
                });
        Map<String, OnnxNode> producers = new HashMap<>();
        for (OnnxNode node : nodes) {
            node.outputs().forEach(output -> producers.put(output, node));
        }
        for (OnnxNode node : nodes) {
            if (node.operator().equals("Add") && node.inputs().size() == 2) {
                nameProduct(node.inputs().get(0), producers.get(node.inputs().get(1)), tensors);
                nameProduct(node.inputs().get(1), producers.get(node.inputs().get(0)), tensors);
            } else if (node.operator().equals("Gemm") && node.inputs().size() == 3) {
                nameMatrix(node.inputs().get(2), node, !node.transposesB(), tensors);
            }
        }
    }

    private void nameProduct(String bias, OnnxNode product, Map<String, OnnxTensor> tensors)
            throws IOException {
        if (product != null && product.operator().equals("MatMul")) {
            nameMatrix(bias, product, true, tensors);
        }
    }

    private void nameMatrix(
            String bias, OnnxNode product, boolean transposed, Map<String, OnnxTensor> tensors)
            throws IOException {
        if (!bias.endsWith(BIAS) || !weights.containsKey(bias) || product.inputs().size() < 2) {
            return;
        }
        String name = bias.substring(0, bias.length() - BIAS.length()) + WEIGHT;
        OnnxTensor matrix = tensors.get(product.inputs().get(1));
        if (matrix == null || matrix.shape().length != 2 || matrix.name().equals(name)) {
            return;
        }
        Weight weight = new Weight(matrix, transposed);
        Weight other = weights.putIfAbsent(name, weight);
        if (other != null && !other.equals(weight)) {
            throw new MalformedFileException(source, "two matrices belong to " + bias);
        }
    }

    @Override
    public List<String> names() {
        return new ArrayList<>(weights.keySet());
    }

    @Override
    public boolean contains(String name) {
        return weights.containsKey(name);
    }

    @Override
    public TensorType type(String name) {
        return weight(name).tensor.type();
    }

    @Override
    public long[] shape(String name) {
        return weight(name).shape();
    }

    @Override
    protected String source() {
        return source;
    }

    @Override
    protected void fill(String name, INDArray target) {
        Weight weight = weight(name);
        if (!weight.transposed) {
            copyTo(weight.tensor, target);
            return;
        }
        INDArray stored = target.ulike().reshape('c', weight.tensor.shape());
        copyTo(weight.tensor, stored);
        target.assign(stored.transpose());
    }

    private static void copyTo(OnnxTensor tensor, INDArray target) {
        int chunk = 1 << 20;
        ByteBuffer data = tensor.data();
        for (int at = 0; at < data.limit(); at += chunk) {
            int bytes = Math.min(chunk, data.limit() - at);
            copy(data.slice(at, bytes), tensor.type(), target, at / tensor.type().width());
        }
    }

    /** Does nothing: memory is let go with the last reference to it. */
    @Override
    public void close() {}

    private Weight weight(String name) {
        Weight weight = weights.get(name);
        Need.that(
                weight != null,
                "tensor in " + source,
                name,
                "one of its " + weights.size() + ", such as " + weights.keySet().iterator().next());
        return weight;
    }

    private record Weight(OnnxTensor tensor, boolean transposed) {
        long[] shape() {
            long[] shape = tensor.shape().clone();
            return transposed ? new long[] {shape[1], shape[0]} : shape;
        }
    }
}
