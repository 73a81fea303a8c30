package org.dl4jplugins.mtl.recon;

import java.util.List;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A shared layer that will run on several tasks' streams with the same weights.
 *
 * @param layer its name
 * @param tasks the streams, in stacking order
 */
public record StreamedLayer(
        @JsonProperty("layer") String layer, @JsonProperty("tasks") List<String> tasks) {}
