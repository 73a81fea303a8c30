/**
 * Searches settings of LoRA and ILA with Arbiter, which is an optional dependency: who does not use
 * this package never loads it. Arbiter's own score functions, such as {@code
 * EvaluationScoreFunction} and {@code TestSetLossScoreFunction}, judge the graphs.
 */
package org.dl4jplugins.align.arbiter;
