package org.dl4jplugins.mtl.arbiter;

import org.deeplearning4j.arbiter.optimize.api.OptimizationResult;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.nd4j.shade.jackson.core.JsonProcessingException;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.SerializationFeature;

/** What {@code result.json} holds. */
record SavedResult(
        @JsonProperty("index") int index,
        @JsonProperty("score") double score,
        @JsonProperty("candidate") ReconCandidate candidate,
        @JsonProperty("coordinates") double[] coordinates) {

    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    SavedResult(OptimizationResult result) {
        this(
                result.getIndex(),
                result.getScore(),
                (ReconCandidate) result.getCandidate().getValue(),
                result.getCandidate().getFlatParameters());
    }

    String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static SavedResult fromJson(String json) {
        try {
            SavedResult result = JSON.readValue(json, SavedResult.class);
            if (result.candidate == null || result.coordinates == null) {
                throw new IllegalArgumentException("Not the result of a candidate: " + json);
            }
            return result;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "Not the result of a candidate: " + e.getOriginalMessage(), e);
        }
    }
}
