package org.dl4jplugins.mtl.task;

import java.util.Random;

/** Random tasks with probabilities proportional to a power of their number of batches. */
record TemperatureMixing(double temperature) implements Mixing {

    TemperatureMixing {
        if (!(temperature >= 1)) {
            throw new IllegalArgumentException(
                    "temperature: " + temperature + "; it must be at least 1");
        }
    }

    @Override
    public boolean needsSizes() {
        return true;
    }

    @Override
    public int next(boolean[] available, long[] batches, int last, Random random) {
        double[] upTo = new double[available.length];
        double sum = 0;
        for (int t = 0; t < available.length; t++) {
            sum += available[t] ? Math.pow(batches[t], 1 / temperature) : 0;
            upTo[t] = sum;
        }
        double r = random.nextDouble() * sum;
        int choice = -1;
        for (int t = 0; t < available.length; t++) {
            if (available[t]) {
                choice = t;
                if (r < upTo[t]) {
                    break;
                }
            }
        }
        return choice;
    }
}
