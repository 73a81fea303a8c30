package org.dl4jplugins.tests.bench;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.dl4jplugins.core.accel.Accelerator;
import org.dl4jplugins.mtl.conflict.ConflictListener;
import org.dl4jplugins.mtl.model.ResNet18;
import org.dl4jplugins.mtl.recon.ReconTransformer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;

/** One measurement in a process of its own: training steps of ResNet-18 with two heads. */
final class ResNet18Steps {
    private static final int CLASSES = 10;

    /** The 25 layers that the published code splits on MultiFashion+MNIST. */
    private static final String[] DISPUTED = {
        "bn1",
        "layer1.0.bn1",
        "layer1.1.bn1",
        "layer1.0.bn2",
        "layer1.1.bn2",
        "layer2.0.bn1",
        "layer2.1.bn1",
        "conv1",
        "layer2.0.downsample.1",
        "layer2.0.bn2",
        "layer2.1.bn2",
        "layer1.0.conv1",
        "layer3.0.bn1",
        "layer3.1.bn1",
        "layer4.1.bn1",
        "layer4.0.bn1",
        "layer3.0.downsample.1",
        "layer3.0.bn2",
        "layer4.1.bn2",
        "layer3.1.bn2",
        "layer4.0.bn2",
        "layer4.0.downsample.1",
        "layer1.0.conv2",
        "layer1.1.conv1",
        "layer1.1.conv2"
    };

    private ResNet18Steps() {}

    /**
     * Measures.
     *
     * @param args mode (plain, conflict, modified, stock), batch, warm-up steps, measured steps
     */
    public static void main(String[] args) {
        int batch = Integer.parseInt(args[1]);
        ComputationGraph net = network(args[0]);
        MultiDataSet data = data(batch);
        StepTimer.print(
                "resnet-" + args[0] + " batch=" + batch,
                Integer.parseInt(args[2]),
                Integer.parseInt(args[3]),
                () -> net.fit(data));
        if (!Double.isFinite(net.score())) {
            throw new IllegalStateException("training diverged");
        }
    }

    private static ComputationGraph network(String mode) {
        ComputationGraph net =
                new ResNet18.Builder().task("left", CLASSES).task("right", CLASSES).build().init();
        if (mode.equals("modified")) {
            net = new ReconTransformer.Builder(net).layers(DISPUTED).build().transform();
        }
        if (!mode.equals("stock")) {
            Accelerator.accelerate(net);
        }
        if (mode.equals("conflict")) {
            net.addListeners(new ConflictListener.Builder().build());
        }
        return net;
    }

    private static MultiDataSet data(int batch) {
        Nd4j.getRandom().setSeed(1);
        INDArray[] labels = new INDArray[2];
        for (int t = 0; t < labels.length; t++) {
            labels[t] = Nd4j.zeros(batch, CLASSES);
            for (int i = 0; i < batch; i++) {
                labels[t].putScalar(i, (int) (Nd4j.getRandom().nextDouble() * CLASSES), 1);
            }
        }
        INDArray[] images = {Nd4j.randn(batch, 1, 36, 36)};
        return new MultiDataSet(images, labels, null, null);
    }
}
