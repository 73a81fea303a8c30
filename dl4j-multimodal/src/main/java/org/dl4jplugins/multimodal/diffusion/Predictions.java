package org.dl4jplugins.multimodal.diffusion;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Data or noise of a model, whichever a DPM-Solver works with. */
record Predictions(DiffusionModel model, boolean data) {

    INDArray at(INDArray x, double t) {
        return data ? model.x0(x, t) : model.epsilon(x, t);
    }

    Exponential step(double from, double to) {
        return new Exponential(model.schedule(), data, from, to);
    }

    double logSnr(double t) {
        return model.schedule().logSnr(t);
    }

    double time(double logSnr) {
        return model.schedule().timeOfLogSnr(logSnr);
    }
}
