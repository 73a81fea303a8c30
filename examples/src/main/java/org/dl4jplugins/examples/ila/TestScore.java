package org.dl4jplugins.examples.ila;

/**
 * What a model reaches on the test examples.
 *
 * @param accuracy percent of the examples that are right
 * @param loss mean cross-entropy, of an example's class or of an answer's token, in nats
 */
record TestScore(double accuracy, double loss) {}
