package org.dl4jplugins.core.testing;

/** Ways in which {@link FaultyDense} is wrong; each must be caught by the check it names. */
public enum Fault {
    NONE(null),
    WRONG_EPSILON(BatteryCheck.GRADIENTS),
    WRONG_WEIGHT_GRADIENT(BatteryCheck.GRADIENTS),
    NO_EQUALS(BatteryCheck.JSON),
    NO_HASH_CODE(BatteryCheck.JSON),
    FIELD_NOT_IN_JSON(BatteryCheck.JSON),
    STATE_NOT_SAVED(BatteryCheck.SERIALIZATION),
    FIELD_NOT_CLONED(BatteryCheck.CLONE),
    WRONG_WORKSPACE(BatteryCheck.WORKSPACES),
    NOISE_AT_INFERENCE(BatteryCheck.DETERMINISM),
    INFERENCE_LEAVES_TRACES(BatteryCheck.DETERMINISM);

    private final BatteryCheck catcher;

    Fault(BatteryCheck catcher) {
        this.catcher = catcher;
    }

    BatteryCheck catcher() {
        return catcher;
    }
}
