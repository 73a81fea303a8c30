/**
 * Hugging Face checkpoint in, {@link org.deeplearning4j.nn.graph.ComputationGraph} out, and back.
 *
 * <p>A checkpoint is a folder: {@code config.json}, safetensors, {@code tokenizer.json}. Nothing is
 * ever downloaded. Files are checked before they are believed; what is refused is named with file,
 * tensor or key, and what was expected.
 */
package org.dl4jplugins.align.llm;
