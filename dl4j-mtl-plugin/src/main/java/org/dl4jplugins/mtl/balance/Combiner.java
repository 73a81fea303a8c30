package org.dl4jplugins.mtl.balance;

import java.util.List;
import org.dl4jplugins.mtl.gradient.TaskGradients;

/** Writes the combined gradient of one step. */
interface Combiner {

    /**
     * Combines the task gradients.
     *
     * @param gradients the step's task gradients
     * @param preference [task], factors on the losses before the method sees them
     * @param update whether new weights are due
     * @return [group][task], the weights used; no groups if there are none
     */
    double[][] combine(TaskGradients gradients, double[] preference, boolean update);

    /** Names of the groups. */
    List<String> groups();

    void epochEnded();

    double[] state();

    void restore(double[] state);

    /** Losses times preference. */
    static double[] preferred(double[] losses, double[] preference) {
        double[] result = new double[losses.length];
        for (int t = 0; t < losses.length; t++) {
            result[t] = losses[t] * preference[t];
        }
        return result;
    }
}
