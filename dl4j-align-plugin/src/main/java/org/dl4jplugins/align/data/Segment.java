package org.dl4jplugins.align.data;

/**
 * A piece of a conversation as a template writes it: what is given, or what the model shall say.
 *
 * @param text with the template's marks
 * @param answer whether the model shall say it
 * @param begin whether the tokenizer's begin token stands before it
 * @param end whether the tokenizer's end token stands after it
 */
public record Segment(String text, boolean answer, boolean begin, boolean end) {}
