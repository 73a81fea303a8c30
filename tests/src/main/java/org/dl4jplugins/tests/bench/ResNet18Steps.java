package org.dl4jplugins.tests.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
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
        int warmup = Integer.parseInt(args[2]);
        double[] seconds = new double[Integer.parseInt(args[3])];
        ComputationGraph net = network(args[0]);
        MultiDataSet data = data(batch);
        for (int i = 0; i < warmup; i++) {
            net.fit(data);
        }
        for (int i = 0; i < seconds.length; i++) {
            long start = System.nanoTime();
            net.fit(data);
            seconds[i] = (System.nanoTime() - start) / 1e9;
        }
        if (!Double.isFinite(net.score())) {
            throw new IllegalStateException("training diverged");
        }
        Arrays.sort(seconds);
        System.out.printf(
                Locale.ROOT,
                "resnet-%s batch=%d median=%.4f min=%.4f max=%.4f s/step peak heap=%d"
                        + " peak process=%d MB%n",
                args[0],
                batch,
                seconds[seconds.length / 2],
                seconds[0],
                seconds[seconds.length - 1],
                peakHeap() >> 20,
                peakProcess() >> 10);
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

    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(p -> p.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(u -> u.getUsed())
                .sum();
    }

    /** Largest resident size of the process in KB, 0 where /proc is absent. */
    private static long peakProcess() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmHWM"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
