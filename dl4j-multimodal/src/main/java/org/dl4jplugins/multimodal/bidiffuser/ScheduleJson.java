package org.dl4jplugins.multimodal.bidiffuser;

import org.dl4jplugins.multimodal.diffusion.DiscreteSchedule;
import org.dl4jplugins.multimodal.diffusion.NoiseSchedule;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.node.ArrayNode;
import org.nd4j.shade.jackson.databind.node.JsonNodeFactory;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

/** A schedule of discrete steps as the list of its betas. */
final class ScheduleJson {
    private ScheduleJson() {}

    static JsonNode write(NoiseSchedule schedule) {
        if (!(schedule instanceof DiscreteSchedule discrete)) {
            throw new IllegalArgumentException(
                    "schedule must be a DiscreteSchedule to be saved, got " + schedule);
        }
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", discrete.toString());
        ArrayNode betas = node.putArray("betas");
        for (int n = 1; n <= discrete.steps(); n++) {
            betas.add(discrete.beta(n));
        }
        return node;
    }

    static NoiseSchedule read(JsonNode node) {
        JsonNode betas = node.path("betas");
        double[] values = new double[betas.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = betas.get(i).asDouble();
        }
        return DiscreteSchedule.of(values);
    }
}
