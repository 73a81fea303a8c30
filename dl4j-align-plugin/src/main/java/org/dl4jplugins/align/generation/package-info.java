/**
 * Text from a language model: greedy, sampled or by beam search, token by token, with the settings
 * and the order of operations of Hugging Face's {@code generate}.
 */
package org.dl4jplugins.align.generation;
