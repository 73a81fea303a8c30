package org.dl4jplugins.mtl.recon;

import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A layer that will exist once per task.
 *
 * @param layer its name
 * @param tasks the tasks that get a copy
 * @param parameters trainable parameters of one copy
 * @param score conflict score; NaN if the layer was chosen by name
 */
public record SplitLayer(
        @JsonProperty("layer") String layer,
        @JsonProperty("tasks") List<String> tasks,
        @JsonProperty("parameters") long parameters,
        @JsonProperty("score") double score) {

    /**
     * What the copies add to the network.
     *
     * @return trainable parameters of all copies but one
     */
    public long addedParameters() {
        return (tasks.size() - 1) * parameters;
    }
}
