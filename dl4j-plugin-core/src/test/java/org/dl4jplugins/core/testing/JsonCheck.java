package org.dl4jplugins.core.testing;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.MultiDataSet;

/** The configuration survives its JSON, in the eyes of equals and in what the network computes. */
final class JsonCheck {
    private JsonCheck() {}

    static void run(Subject subject) {
        long seed = subject.seeds()[0];
        ComputationGraph original = subject.network(seed);
        ComputationGraphConfiguration before = original.getConfiguration();
        String json = before.toJson();
        ComputationGraphConfiguration after = ComputationGraphConfiguration.fromJson(json);
        before.getVertices()
                .forEach(
                        (name, vertex) -> {
                            var restored = after.getVertices().get(name);
                            Agreement.holds(
                                    vertex.equals(restored) && restored.equals(vertex),
                                    "'"
                                            + name
                                            + "' from JSON is not equal: "
                                            + vertex
                                            + " became "
                                            + restored);
                            Agreement.holds(
                                    vertex.hashCode() == restored.hashCode(),
                                    "'" + name + "' from JSON has another hash code");
                        });
        Agreement.holds(before.equals(after), "the configuration from JSON is not equal");
        Agreement.holds(json.equals(after.toJson()), "the JSON of the configuration changed");

        ComputationGraph restored = new ComputationGraph(after);
        restored.init();
        restored.setParams(original.params().dup());
        MultiDataSet batch = subject.batch(original.params().dataType());
        Agreement.same(
                "outputs of the network from JSON, output",
                Subject.outputs(original, batch),
                Subject.outputs(restored, batch));
        Agreement.same(
                "gradient of the network from JSON",
                Subject.gradient(original, batch, seed),
                Subject.gradient(restored, batch, seed));
    }
}
