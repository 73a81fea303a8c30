package org.dl4jplugins.multimodal.easygen;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.PrefillOnly;
import org.dl4jplugins.align.transformer.TokenIds;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link ImageTokens}. */
final class ImageTokensRuntime extends SequenceVertexRuntime implements PrefillOnly {
    private static final long serialVersionUID = 1L;

    private final int placeholder;
    private final int[] tokens;
    private final int ids;

    ImageTokensRuntime(
            ComputationGraph graph, String name, int index, ImageTokens conf, DataType dataType) {
        super(graph, name, index, dataType);
        placeholder = conf.getPlaceholder();
        tokens = conf.getTokens();
        ids = tokens.length + 1;
    }

    @Override
    INDArray outputMask(INDArray[] given) {
        return given[ids] != null ? given[ids] : given[0];
    }

    @Override
    INDArray forward(LayerWorkspaceMgr workspaceMgr) {
        check();
        TokenPlaces places = places();
        INDArray out = activation(workspaceMgr, inputs[0].shape());
        TokenRows to = new TokenRows(out);
        to.copyAll(inputs[0]);
        for (int s = 0; s < tokens.length; s++) {
            INDArray images = dense(inputs[s + 1], workspaceMgr, ArrayType.FF_WORKING_MEM);
            TokenRows from = new TokenRows(images);
            for (int at = 0; at < places.stream().length; at++) {
                if (places.stream()[at] == s) {
                    to.copy(at, from, places.row()[at]);
                }
            }
        }
        return out;
    }

    @Override
    INDArray[] backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        INDArray dy = dense(epsilon, workspaceMgr, ArrayType.BP_WORKING_MEM);
        TokenPlaces places = places();
        TokenRows from = new TokenRows(dy);
        INDArray[] gradients = new INDArray[inputs.length];
        gradients[0] = gradient(workspaceMgr, inputs[0].shape());
        TokenRows text = new TokenRows(gradients[0]);
        text.copyAll(dy);
        TokenRows[] images = new TokenRows[tokens.length];
        for (int s = 0; s < tokens.length; s++) {
            gradients[s + 1] = gradient(workspaceMgr, inputs[s + 1].shape()).assign(0);
            images[s] = new TokenRows(gradients[s + 1]);
        }
        for (int at = 0; at < places.stream().length; at++) {
            int s = places.stream()[at];
            if (s >= 0) {
                images[s].copy(places.row()[at], from, at);
                text.zero(at);
            }
        }
        return gradients;
    }

    private INDArray dense(INDArray x, LayerWorkspaceMgr workspaceMgr, ArrayType type) {
        return TokenRows.dense(x, dataType, workspaceMgr, type);
    }

    private TokenPlaces places() {
        int[] available = new int[tokens.length];
        INDArray[] masks = new INDArray[tokens.length];
        for (int s = 0; s < tokens.length; s++) {
            available[s] = (int) inputs[s + 1].size(1);
            masks[s] = mask(s + 1);
        }
        String reader = "Vertex \"" + vertexName + "\"";
        return TokenPlaces.of(
                TokenIds.read(inputs[ids], mask(ids), Integer.MAX_VALUE, reader),
                placeholder,
                tokens,
                available,
                masks,
                reader);
    }

    private void check() {
        INDArray x = inputs[0];
        if (x.rank() != 3) {
            throw refused("embeddings [batch, time, width]", 0);
        }
        for (int s = 0; s < tokens.length; s++) {
            INDArray image = inputs[s + 1];
            if (image.rank() != 3 || image.size(0) != x.size(0) || image.size(2) != x.size(2)) {
                throw refused("image tokens [" + x.size(0) + ", tokens, " + x.size(2) + "]", s + 1);
            }
        }
        boolean fits = inputs[ids].size(0) == x.size(0) && inputs[ids].size(1) == x.size(1);
        if (!fits) {
            throw refused("ids [" + x.size(0) + ", " + x.size(1) + "]", ids);
        }
    }
}
