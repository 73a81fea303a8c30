package org.dl4jplugins.multimodal.uvit;

import java.util.Arrays;
import org.deeplearning4j.exception.DL4JInvalidInputException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.dl4jplugins.align.transformer.Freezable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Computes {@link PositionTable}. */
final class PositionTableRuntime extends BaseLayer<PositionTable> implements Freezable {
    private static final long serialVersionUID = 1L;

    private boolean frozen;

    PositionTableRuntime(NeuralNetConfiguration conf, DataType dataType) {
        super(conf, dataType);
    }

    @Override
    public void setFrozen(boolean frozen) {
        this.frozen = frozen;
        if (frozen && gradientsFlattened != null) {
            gradientsFlattened.assign(0);
        }
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
        super.setBackpropGradientsViewArray(gradients);
        setFrozen(frozen);
    }

    @Override
    public void setParams(INDArray params) {
        if (params != paramsFlattened) {
            setParams(params, 'c');
        }
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(false);
        PositionTable conf = layerConf();
        int patch = conf.getPatch();
        if (input.rank() != 4 || input.size(2) < patch || input.size(3) < patch) {
            throw new DL4JInvalidInputException(
                    "Layer \""
                            + conf.getLayerName()
                            + "\": expected images [batch, channels, height, width] of at least "
                            + patch
                            + " pixels, got shape "
                            + Arrays.toString(input.shape()));
        }
        INDArray table = getParam(PositionParams.KEY);
        long patches = rows() * columns();
        long tokens = conf.getTokens();
        long width = table.size(1);
        INDArray out =
                workspaceMgr.createUninitialized(
                        ArrayType.ACTIVATIONS, dataType, new long[] {1, tokens + patches, width});
        INDArray all = out.reshape('c', tokens + patches, width);
        if (fits()) {
            all.assign(table);
            return out;
        }
        if (tokens > 0) {
            part(all, 0, tokens).assign(part(table, 0, tokens));
        }
        INDArray grid = part(table, tokens, conf.positions());
        part(all, tokens, tokens + patches).assign(interpolation().mmul(grid));
        return out;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
            INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
        assertInputSet(true);
        Gradient gradient = new DefaultGradient();
        if (!frozen) {
            INDArray view = gradientViews.get(PositionParams.KEY);
            INDArray delta = epsilon.reshape('c', epsilon.size(1), epsilon.size(2));
            if (fits()) {
                view.assign(delta);
            } else {
                long tokens = layerConf().getTokens();
                if (tokens > 0) {
                    part(view, 0, tokens).assign(part(delta, 0, tokens));
                }
                part(view, tokens, view.size(0))
                        .assign(
                                interpolation()
                                        .transpose()
                                        .mmul(part(delta, tokens, delta.size(0))));
            }
            gradient.setGradientFor(PositionParams.KEY, view, 'c');
        }
        INDArray none =
                workspaceMgr.create(ArrayType.ACTIVATION_GRAD, dataType, input.shape(), 'c');
        return new Pair<>(gradient, none);
    }

    private long rows() {
        return input.size(2) / layerConf().getPatch();
    }

    private long columns() {
        return input.size(3) / layerConf().getPatch();
    }

    private boolean fits() {
        return rows() == layerConf().getRows() && columns() == layerConf().getColumns();
    }

    /** [patches of the image, patches of the table]. */
    private INDArray interpolation() {
        PositionTable conf = layerConf();
        return Bilinear.matrix(conf.getRows(), conf.getColumns(), (int) rows(), (int) columns())
                .castTo(dataType);
    }

    private static INDArray part(INDArray rows, long from, long to) {
        return Views.interval(rows, 0, from, to - from);
    }

    @Override
    public boolean hasBias() {
        return false;
    }

    @Override
    public boolean isPretrainLayer() {
        return false;
    }
}
